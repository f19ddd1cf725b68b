"""A document's months are stored as first days: the database takes no other day (rules 2.1)."""

from django.db import migrations

COLUMNS = [
    (table, column)
    for table in ("reports_document", "reports_documentevent")
    for column in ("first_month", "last_month")
] + [("reports_documentrow", "quarter")]


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_tenancy")]

    operations = [  # a database made anew has the check from its tables' creation
        migrations.RunSQL(
            f"alter table {table} drop constraint if exists {table}_{column}_check; "
            f"alter table {table} add constraint {table}_{column}_check check (extract(day from {column}) = 1)",
            migrations.RunSQL.noop,
        )
        for table, column in COLUMNS
    ]
