"""Lock issued documents to their workspace."""

from django.db import migrations

from kamtrak.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("contributions", "0002_tenancy")]

    operations = [
        TenantTable("Document", references=["person", "job"]),
        TenantTable("DocumentRow", references=["document"]),
        TenantTable("DocumentEvent"),
    ]
