import datetime

import kamtrak.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_tenancy")]

    operations = [
        migrations.AddField(
            "confirmation",
            "until",
            kamtrak.fields.MonthField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
    ]
