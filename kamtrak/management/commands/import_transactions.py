"""`manage.py import_transactions orders.csv --workspace demo --map "Invoice Date=date" --set currency=GBP`

Exit codes: 0 the good rows are in, 1 nothing is in and why, 2 something is open and has to be said.
"""

import argparse
import codecs
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.lib.money import plain
from kamtrak.lib.tables import DELIMITERS, ENCODINGS, DateOrder
from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.queries.waiting import raised_by
from transactions.rules import GIVEN_ONCE, Field, RowKind
from transactions.rules.saying import Said
from transactions.services.scripted import Bringing, Unsaid, Wanted
from transactions.views.outlook import Outlook, outlook_of
from workspaces.models import Membership, Workspace
from workspaces.queries.people import EVERYONE, members
from workspaces.rules import Role

T = TypeVar("T")
FIELDS: dict[str, Field | None] = {
    "unique_id": Field.UNIQUE_ID,
    "original_id": Field.ORIGINAL_ID,
    "date": Field.DATE,
    "client": Field.CLIENT,
    "owner": Field.OWNER,
    "product": Field.PRODUCT,
    "quantity": Field.QUANTITY,
    "price_sold": Field.PRICE_SOLD,
    "cost_unit": Field.UNIT_COST,
    "profit_unit": Field.UNIT_PROFIT,
    "tax_unit": Field.UNIT_TAX,
    "revenue": Field.REVENUE,
    "profit": Field.PROFIT,
    "taxes": Field.TAX,
    "taxes_percent": Field.TAX_PERCENT,
    "score": Field.SCORE,
    "currency": Field.CURRENCY,
    "type": Field.TYPE,
    "description": Field.DESCRIPTION,
    "none": None,
}
ORDERS = {"dmy": DateOrder.DAY_FIRST, "mdy": DateOrder.MONTH_FIRST, "ymd": DateOrder.YEAR_FIRST}
KINDS = {kind.value: kind for kind in RowKind}
GIVEN: dict[str, Field] = {known.value: known for known in GIVEN_ONCE}


class Command(BaseCommand):
    help = "Import transactions from a CSV or XLSX file at once. What is not said is detected."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file as a system exported it")
        parser.add_argument("--workspace", required=True, metavar="SLUG", help="as in the address: demo")
        parser.add_argument("--by", metavar="EMAIL", help="who imports it; without, the workspace's owner")
        _add_columns(parser)
        _add_reading(parser)
        _add_import(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        by, wanted = _member(options), _wanted(options)
        bringing, path = Bringing(by, timezone.now), options["file"]
        try:
            with path.open("rb") as stream:
                imported = bringing.checked(path.name, File(stream), wanted)
        except Unsaid as unsaid:
            self._ask(unsaid.questions, as_json=options["json"])
        except (Refused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        outlook = outlook_of(imported)
        self._write_rejects(imported, options["rejects"])
        if not outlook.good:
            self._list_problems(outlook)
            bringing.forget(imported)
            raise CommandError("No row of the file can go in.")
        if not options["check_only"]:
            try:
                imported = bringing.committed(imported, wanted)
            except Refused as problem:
                raise CommandError(str(problem)) from problem
        told = _told(imported, outlook)
        if options["check_only"]:
            bringing.forget(imported)
        self._say(told, outlook, as_json=options["json"])

    def _ask(self, questions: list[str], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"questions": questions}, indent=2, ensure_ascii=False))
        self.stderr.write("\n".join(questions))
        sys.exit(2)

    def _write_rejects(self, imported: Import, target: Path | None) -> None:
        """The rows that cannot go in, to be corrected and brought again."""
        if target is not None and imported.rejects and imported.checked["bad"]:
            with default_storage.open(imported.rejects) as kept, target.open("wb") as copy:
                shutil.copyfileobj(kept, copy)

    def _say(self, told: dict[str, Any], outlook: Outlook, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
            return
        currency = told["currency"]
        self.stdout.write(f"{told['source']}: {told['state']}")
        for name in ("created", "updated", "unchanged", "skipped", "errors", "alerts"):
            self.stdout.write(f"  {name:<10}{told[name]:>12,}")
        for tier, amount in told["revenue_by_tier"].items():
            self.stdout.write(f"  tier {tier}    {amount:>12} {currency}")
        if told["without_revenue"]:
            self.stdout.write(f"  {told['without_revenue']:,} rows have no revenue yet")
        self._list_problems(outlook)

    def _list_problems(self, outlook: Outlook) -> None:
        for group in outlook.problems:
            said = f"{group.reason} {group.advice} ({group.lines})"
            self.stderr.write(f"{group.count:,} × {group.column}: {said}")


def _add_columns(parser: argparse.ArgumentParser) -> None:
    """What the columns are."""
    for option, shape, said in (
        ("--map", "COLUMN=FIELD", f"a column's field: {' '.join(FIELDS)}"),
        ("--set", "FIELD=VALUE", f"given once for the whole file: {' '.join(GIVEN)}"),
        ("--type", "VALUE=KIND", f"what a transaction type means: {' '.join(KINDS)}"),
    ):
        parser.add_argument(option, action="append", default=[], type=_pair, metavar=shape, help=said)
    parser.add_argument("--refunds", choices=["signed", "unsigned"], help="whether refunds bear a minus")
    for name, said in (("include", "include"), ("without", "do not include")):
        parser.add_argument(
            f"--prices-{name}-tax",
            action="append",
            default=[],
            metavar="COLUMN",
            help=f"its amounts {said} tax; may be repeated",
        )


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """How the file and its values are read."""
    parser.add_argument("--date-order", choices=sorted(ORDERS), help="day, month and year in figures")
    parser.add_argument("--decimal", choices=[",", "."], help="the decimal mark")
    parser.add_argument("--delimiter", type=_delimiter, help="between columns: , ; | or tab")
    parser.add_argument("--encoding", type=_encoding, help="of a CSV: utf-8, cp1252, utf-16, …")
    parser.add_argument("--sheet", help="of a workbook; without, the first that can be seen")
    parser.add_argument("--blank", action="append", default=[], metavar="TEXT", help="what means blank")
    parser.add_argument(
        "--offsets", choices=["written", "workspace"], help="the day that times with an offset count on"
    )


def _add_import(parser: argparse.ArgumentParser) -> None:
    """What becomes of the rows."""
    parser.add_argument("--source", default="", metavar="NAME", help="the system that the file comes from")
    parser.add_argument(
        "--equal-lines",
        choices=["seen", "new"],
        default="seen",
        help="lines that equal lines of earlier files: seen before (without this option), or new sales",
    )
    parser.add_argument(
        "--replace", type=_span, metavar="FROM..TO", help="the source's rows between two days are replaced"
    )
    parser.add_argument("--check-only", action="store_true", help="say what would come of it, import nothing")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="where to write rows that cannot go in")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.rpartition("=")
    if not mark or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not NAME=VALUE.")
    return name.strip(), value.strip()


def _delimiter(text: str) -> str:
    found = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if found not in DELIMITERS:
        raise argparse.ArgumentTypeError(f"“{text}” does not stand between columns. Say , ; | or tab.")
    return found


def _encoding(text: str) -> str:
    try:
        name = codecs.lookup(text).name
    except LookupError:
        name = ""
    name = {"iso8859-1": "cp1252", "ascii": "utf-8"}.get(name, name)
    if name not in ENCODINGS:
        raise argparse.ArgumentTypeError(f"“{text}” is not known. Say one of {', '.join(ENCODINGS)}.")
    return name


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    try:
        span = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not FROM..TO, like 2026-01-01..2026-03-31.") from None
    if span[0] > span[1]:
        raise argparse.ArgumentTypeError("Say the earlier day first.")
    return span


def _known(pairs: Sequence[tuple[str, str]], known: dict[str, T], option: str) -> dict[str, T]:
    """Pairs whose value has to be one of a list."""
    for name, value in pairs:
        if value not in known:
            raise CommandError(f"{option} “{name}={value}”: “{value}” is none of {' '.join(known)}.")
    return {name: known[value] for name, value in pairs}


def _wanted(options: dict[str, Any]) -> Wanted:
    given = {}
    for name, value in options["set"]:
        if name not in GIVEN:
            raise CommandError(f"--set {name}: only {' '.join(GIVEN)} can be given for the whole file.")
        given[GIVEN[name]] = value.upper() if GIVEN[name] is Field.CURRENCY else value
    types = _known(options["type"], KINDS, "--type")
    if (kind := KINDS.get(given.get(Field.TYPE, ""))) is not None:
        types.setdefault(given[Field.TYPE], kind)
    taxed = dict.fromkeys(options["prices_include_tax"], True) | dict.fromkeys(
        options["prices_without_tax"], False
    )
    said = Said(
        fields=_known(options["map"], FIELDS, "--map"),
        taxed=taxed,
        order=ORDERS.get(options["date_order"]),
        decimal=options["decimal"],
        in_zone=None if options["offsets"] is None else options["offsets"] == "workspace",
        blanks=tuple(options["blank"]),
        given=given,
        types=types,
        refunds_negative=None if options["refunds"] is None else options["refunds"] == "signed",
    )
    layout = {name: options[name] for name in ("encoding", "delimiter", "sheet") if options[name]}
    return Wanted(said, layout, options["source"], options["replace"], options["equal_lines"] == "new")


def _member(options: dict[str, Any]) -> Membership:
    workspace = Workspace.objects.filter(slug=options["workspace"]).first()
    if workspace is None:
        raise CommandError(f"There is no workspace “{options['workspace']}”.")
    with in_workspace(workspace.pk):
        there = members(workspace).select_related("workspace", "user")
        if options["by"] is None:
            return there.filter(roles__contains=[Role.OWNER]).order_by("pk")[0]
        found = there.filter(user__email__iexact=options["by"].strip()).first()
    if found is None:
        raise CommandError(f"{options['by']} is not a member of {workspace.slug}.")
    return found


def _told(imported: Import, outlook: Outlook) -> dict[str, Any]:
    """What came of the file, or would: the figures are of its own rows, in the workspace's currency."""
    is_in = imported.committed_at is not None
    currency = imported.workspace.currency
    by_tier = {part["name"]: Decimal(part["converted"]) for part in imported.checked["by_tier"]}
    with in_workspace(imported.workspace_id):
        alerts = raised_by(imported, EVERYONE).count() if is_in else 0
    return {
        "import": imported.pk if is_in else None,
        "source": str(imported.source),
        "state": "imported" if is_in else "checked only, nothing is in",
        "rows": outlook.rows,
        "created": imported.created if is_in else outlook.created,
        "updated": imported.updated if is_in else outlook.updated,
        "unchanged": imported.unchanged if is_in else outlook.unchanged,
        "skipped": imported.skipped if is_in else outlook.kept,
        "errors": outlook.bad,
        "alerts": alerts,
        "currency": currency,
        "revenue_by_tier": {tier: plain(by_tier.get(tier, Decimal(0)), currency) for tier in ("1", "2", "3")},
        "without_revenue": sum(imported.checked["unknown"].values()),
        "problems": [
            {"column": g.column, "reason": g.reason, "repair": g.advice, "rows": g.count,
             "lines": [line for line, _ in g.samples]}
            for g in outlook.problems
        ],
    }  # fmt: skip
