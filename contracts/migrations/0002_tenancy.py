"""Lock contracts, what was confirmed of them, and their totals to their workspace."""

from django.db import migrations

from kamtrak.tenancy import TenantTable


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("workspaces", "0003_sales_follow_current")]

    operations = [
        TenantTable("Formula"),
        TenantTable("Contract", references=["client", "owner", "first_owner", "formula"]),
        TenantTable("ScheduleVersion", references=["contract", "formula"]),
        TenantTable("HandOver", references=["contract", "previous", "owner"]),
        TenantTable("Confirmation", references=["contract", "owner"]),
        TenantTable("ConfirmationRate", references=["confirmation"]),
        TenantTable("FrozenMonth", references=["contract", "confirmation", "owner"]),
        TenantTable("MonthRate"),
        TenantTable("CurrentMonth", references=["contract", "owner", "month_rate"]),
        TenantTable("MonthTotal", references=["owner"]),
        TenantTable("ContractTotal", references=["contract"]),
        TenantTable("FormulaEvent"),
        TenantTable("ContractEvent"),
        TenantTable("HandOverEvent"),
    ]
