"""Lock own rates and their files to their workspace; published rates belong to nobody."""

from django.db import migrations

from kamtrak.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("fx", "0001_initial"), ("workspaces", "0002_tenancy")]

    operations = [TenantTable("OwnRate"), TenantTable("RatesFile")]
