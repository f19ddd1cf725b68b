"""Which contributions an alert of probable double counting stands for (rules 3.8)."""

from django.db.models import OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from workspaces.models import Alert
from workspaces.models.alerts import LIVE

DOUBLE = "double:"  # and the number of the contribution: the key of its alert


def alerted() -> QuerySet[Alert]:
    """The live alert of the outer contribution: looked for among its client's rows once, when something
    changed, and not for each row of each page of a list."""
    key = Concat(Value(DOUBLE), Cast(OuterRef("pk"), TextField()))
    return Alert.objects.filter(workspace=OuterRef("workspace"), state__in=LIVE, key=key)
