"""Lock contributions, their evidence and the closed quarters to their workspace."""

from django.db import migrations

from kamtrak.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("workspaces", "0002_tenancy")]

    operations = [
        TenantTable("Contribution", references=["owner", "client"]),
        TenantTable("Achievement", references=["owner"]),
        TenantTable("AchievementLink", references=["contribution", "achievement"]),
        TenantTable("Attachment", references=["contribution"]),
        TenantTable("ClosedPeriod"),
        TenantTable("ClosedRow", references=["period"]),
        TenantTable("ContributionEvent"),
        TenantTable("AchievementEvent"),
        TenantTable("AchievementLinkEvent"),
        TenantTable("AttachmentEvent"),
        TenantTable("ClosedPeriodEvent"),
    ]
