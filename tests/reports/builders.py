"""Plain builders for what documents are made from."""

import csv
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from contributions.models import Achievement, AchievementLink, Contribution
from contributions.rules import RevenueType
from contributions.services.contributions import Entry, log_contribution
from contributions.services.periods import close_quarter
from fx.models import PublishedRate
from kamtrak.lib.months import Month, Quarter
from reports.models import Document
from reports.pdf.render import pages_of, write_pdf
from reports.queries.review import Order
from reports.services.data import read_data
from reports.services.documents import keep_document
from reports.services.snapshots import snapshot_review
from tests.cast import NOW, Cast
from workspaces.models import Membership

Q2, Q3, Q4 = Quarter(Month(2026, 4)), Quarter(Month(2026, 7)), Quarter(Month(2026, 10))
DIRECT, INFLUENCED, SAVINGS, RETENTION = RevenueType


def make_rate(currency: str, value: str, day: date = date(2026, 9, 30)) -> None:
    """What 1 EUR was worth in `currency` on that day, as published."""
    PublishedRate.objects.create(currency=currency, day=day, value=Decimal(value), recorded_at=NOW)


def make_contribution(
    cast: Cast,
    amount: str,
    *,
    owner: Membership | None = None,
    now: datetime = NOW,
    reason: str = "",
    **changes: Any,
) -> Contribution:
    """A contribution in Q3 2026 to Aurelia Foods, of alex unless somebody else is named."""
    entry = Entry(
        client="Aurelia Foods",
        type=DIRECT,
        amount=Decimal(amount),
        currency="USD",
        quarter=Q3,
        description="Cold-chain rollout, first wave of three depots",
    )
    who = owner or cast.alex
    return log_contribution(
        workspace=cast.acme, owner=who, entry=replace(entry, **changes), now=now, reason=reason
    )


def make_achievement(cast: Cast, title: str, *rows: Contribution) -> Achievement:
    achievement = Achievement.objects.create(
        workspace=cast.acme,
        owner=cast.alex,
        title=title,
        happened_on=date(2026, 8, 3),
        created_at=NOW,
        updated_at=NOW,
    )
    for row in rows:
        AchievementLink.objects.create(workspace=cast.acme, contribution=row, achievement=achievement)
    return achievement


def close(cast: Cast, *quarters: Quarter, reason: str = "end of quarter") -> None:
    for quarter in quarters:
        close_quarter(workspace=cast.acme, quarter=quarter, by=cast.olive, reason=reason, now=NOW)


def snapshot(
    cast: Cast, period: str = "2026Q3", *, about: Membership | None = None, now: datetime = NOW
) -> Document:
    """A snapshot about alex, issued by alex, unless it is about somebody else."""
    person = about or cast.alex
    order = Order(cast.acme, person, cast.acme.calendar.period(period), person.user, now)
    return snapshot_review(order)


def pdf_of(document: Document) -> bytes:
    with pages_of(document) as pages:
        file = BytesIO()
        write_pdf(pages, file)
    return file.getvalue()


def issue(cast: Cast, period: str = "2026Q3", *, about: Membership | None = None) -> Document:
    """A whole document, its file kept."""
    document = snapshot(cast, period, about=about)
    with pages_of(document) as pages:
        file = BytesIO()
        write_pdf(pages, file)
        return keep_document(document=document, file=file, fingerprints=pages.fingerprints)


def issued(cast: Cast, period: str = "2026Q3", *, content: bytes = b"%PDF-1.7 a stand-in") -> Document:
    """A document of alex whose file is a stand-in: for tests that do not look into the file."""
    document = snapshot(cast, period)
    return keep_document(document=document, file=BytesIO(content), fingerprints={"data_sha256": "0" * 64})


def embedded(pdf: bytes) -> list[dict[str, str]]:
    """The rows of the CSV inside a PDF."""
    return list(csv.DictReader(StringIO(read_data(BytesIO(pdf)).decode(), newline="")))


def total(rows: list[dict[str, str]], column: str = "counted", **wanted: str) -> Decimal:
    """The sum of a column over the rows with these values; a blank adds nothing."""
    chosen = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return sum((Decimal(row[column] or 0) for row in chosen), Decimal(0))
