"""Another name for a source."""

from kamtrak.reasons import ReasonForm
from transactions.forms.fields import LineField


class SourceForm(ReasonForm):
    """The name, and why."""

    name = LineField(label="Name")
    field_order = ("name", "reason")
