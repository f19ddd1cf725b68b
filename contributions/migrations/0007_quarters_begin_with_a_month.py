"""A quarter is stored as the first day of its first month: the database takes no other day (rules 2.1)."""

from django.db import migrations

TABLES = (
    "contributions_contribution",
    "contributions_contributionevent",
    "contributions_closedperiod",
    "contributions_closedperiodevent",
    "contributions_closedrow",
)


class Migration(migrations.Migration):
    dependencies = [("contributions", "0006_order_of_the_list")]

    operations = [  # a database made anew has the check from its tables' creation
        migrations.RunSQL(
            f"alter table {table} drop constraint if exists {table}_quarter_check; "
            f"alter table {table} add constraint {table}_quarter_check check (extract(day from quarter) = 1)",
            migrations.RunSQL.noop,
        )
        for table in TABLES
    ]
