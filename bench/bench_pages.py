"""Pages with 20,000 contributions behind them, and the same pages in an almost empty workspace."""

from django.test import override_settings

from bench.browsing import PLAIN, Browser, compare
from bench.seed import make_workspace
from bench.table import Row
from contributions.models import AchievementLink
from kamtrak.tenancy import in_workspace
from workspaces.models import Workspace

ROWS, FEW = 20_000, 12
PAGES = {
    "dashboard": "",
    "contributions of the quarter": "contributions/",
    "all contributions": "contributions/?period=all",
    "contribution": "contributions/{row}/",
}


def run() -> list[Row]:
    large = make_workspace("large", ROWS, people=10, clients=200)
    small = make_workspace("small", FEW, people=2, clients=5)
    with override_settings(STORAGES=PLAIN):
        return compare(PAGES, _browser(large), _browser(small), many=f"{ROWS:,} rows", few=f"{FEW} rows")


def _browser(workspace: Workspace) -> Browser:
    """With the oldest row that has evidence: its quarter is closed, if there is one."""
    with in_workspace(workspace.pk):
        links = AchievementLink.objects.filter(workspace=workspace)
        row = links.order_by("contribution__counts_on", "pk").values_list("contribution", flat=True)[0]
    return Browser(workspace.slug, row=row)
