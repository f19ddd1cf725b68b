"""The files behind some contributions: minutes, a confirmation, a picture of measured figures."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from contributions.rules import RevenueType
from kamtrak.demo.files import pdf_file, png_file, text_file
from kamtrak.demo.houses import House
from kamtrak.demo.plan import Event, Evidence, Logged
from kamtrak.demo.stories import Ground, grounds
from kamtrak.demo.wording import headline, words_for
from kamtrak.lib.money import grouped

_MINUTES = (
    "Client: {client}",
    "Present: {owner}; the {sponsor} and the {controller} of the client",
    "",
    "- {what}",
    "- Worth {amount}",
    "- Next review in {nextmonth}; open points are reported every Friday until then",
)
_ORDER = (
    "From: {client}, {sponsor}",
    "To: {owner}, {firm}",
    "Date: {day}",
    "",
    "We confirm the order “{what}”,",
    "{amount} without tax.",
    "",
    "The order number follows from our {controller}.",
)


def attach(house: House, events: Sequence[Event], today: date) -> Iterator[Evidence]:
    """Each account manager has put a file beside their latest retention, saving and deal."""
    for ground in grounds(house, events):
        rng = Random(f"{house.slug} evidence {ground.person.name}")
        for row in _latest(ground):
            at = row.at + timedelta(minutes=rng.randint(4, 50))
            if at.date() < today:
                name, content = _file(house, row, rng)
                yield Evidence(at, row.key, row.owner, name, content)


def _latest(ground: Ground) -> list[Logged]:
    newest = {row.entry.type: row for row in sorted(ground.rows, key=lambda row: row.at)}
    wanted = (RevenueType.RETENTION, RevenueType.SAVINGS, RevenueType.DIRECT)
    return [newest[kind] for kind in wanted if kind in newest]


def _file(house: House, row: Logged, rng: Random) -> tuple[str, bytes]:
    """A name and a content that fit the type of the contribution."""
    entry, account = row.entry, house.account(row.entry.client)
    day = entry.earned_on or entry.quarter.last
    words = words_for(account, day, rng) | {
        "client": account.name,
        "firm": house.name,
        "owner": row.owner.name,
        "what": headline(entry.description),
        "amount": f"{grouped(entry.amount, entry.currency)} {entry.currency}",
        "day": f"{day:%-d %B %Y}",
    }
    if entry.type is RevenueType.RETENTION:
        title = f"Minutes of {words['day']}"
        return f"Minutes {day:%Y-%m-%d}.txt", text_file(title, _filled(_MINUTES, words))
    if entry.type is RevenueType.SAVINGS:
        before = [rng.randint(62, 96) for _ in range(7)]
        return f"Before and after, {account.name}.png", png_file([*before, min(before) * 7 // 10])
    return f"Order {account.name}.pdf", pdf_file("Confirmation of order", _filled(_ORDER, words))


def _filled(lines: Sequence[str], words: dict[str, str]) -> list[str]:
    return [line.format(**words) for line in lines]
