"""Lock every table of a workspace to it; make the table of the cache."""

from django.core.management import call_command
from django.db import migrations

from kamtrak.tenancy import TenantTable


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]

    operations = [
        TenantTable("TeamMember", references=["manager", "member"]),
        TenantTable("ClientAccount", references=["merged_into", "survivor"]),
        TenantTable("ClientName", references=["account"]),
        TenantTable("Alert", references=["about", "assigned_to"]),
        TenantTable("Job"),
        TenantTable("WorkspaceEvent", column="id"),
        TenantTable("MembershipEvent"),
        TenantTable("TeamMemberEvent"),
        TenantTable("InvitationEvent"),
        TenantTable("ClientAccountEvent"),
        TenantTable("ClientNameEvent"),
        TenantTable("AlertEvent"),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
