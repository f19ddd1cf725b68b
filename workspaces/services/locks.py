"""Whose turn it is: figures are derived from settings and rates that stand still meanwhile.

Whoever derives a figure holds its workspace together with others who do; whoever moves what figures are
derived from, or copies them, holds it alone. So no figure is saved that a change a moment ago has missed.
Both must be the first lock that a transaction takes, and hold until its end.
"""

from workspaces.models import Workspace

_SHARED = f"select * from {Workspace._meta.db_table} where id = %s for share"  # noqa: S608 - our own table


def hold_together(workspace: Workspace) -> Workspace:
    """The workspace as it is now; until the end of the transaction its settings and rates stay so."""
    return Workspace.objects.raw(_SHARED, [workspace.pk])[0]


def hold_alone(workspace: Workspace) -> Workspace:
    """The workspace as it is now, once nobody derives figures; rows that only refer to it can be written."""
    return Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
