"""Lock transactions and what belongs to them to their workspace; the order of commits and edits."""

from django.db import migrations

from kamtrak.references import StatementKeys
from kamtrak.tenancy import TenantTable

ROW = [
    "source",
    "origin",
    "edit",
    "replaced_by",
    "client",
    "product",
    "named_owner",
    "owner",
    "rate",
    "price",
    "profit_rate",
    "profit_price",
    "tax_price",
]


class Migration(migrations.Migration):
    dependencies = [("transactions", "0001_initial"), ("workspaces", "0003_sales_follow_current")]

    operations = [
        TenantTable("CatalogItem"),
        TenantTable("CatalogName", references=["item"]),
        TenantTable("CatalogValue", references=["item"]),
        TenantTable("CatalogFile"),
        TenantTable("TransactionWays"),
        TenantTable("Source"),
        TenantTable("SavedMapping", references=["source"]),
        TenantTable("Import", references=["source", "owner", "continues", "job"]),
        TenantTable("ImportedClient", references=["by", "client"]),
        TenantTable("SeenProduct", references=["item"]),
        TenantTable("SeenOwner", references=["member"]),
        TenantTable("RowRate"),
        TenantTable("Edit"),
        TenantTable("Transaction", referable=False),
        TenantTable("RowVersion", referable=False),
        TenantTable("RowTotal", referable=False),
        TenantTable("RowDecision", references=["item", "job"]),
        TenantTable("CatalogItemEvent"),
        TenantTable("CatalogNameEvent"),
        TenantTable("CatalogValueEvent"),
        TenantTable("SeenOwnerEvent"),
        TenantTable("TransactionWaysEvent"),
        TenantTable("SourceEvent"),
        TenantTable("SavedMappingEvent"),
        TenantTable("ImportEvent"),
        TenantTable("RowDecisionEvent"),
        StatementKeys("Transaction", ROW),
        StatementKeys("RowVersion", ["row", "origin", "edit"]),
        StatementKeys("RowTotal", ["owner"]),
        # Commits and edits are versions in one order (rules 5.18).
        migrations.RunSQL("create sequence transactions_turn", "drop sequence transactions_turn"),
    ]
