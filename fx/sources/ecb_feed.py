"""The European Central Bank's daily feed: asked politely, read with suspicion (rules 6.3).

Everything that can go wrong on the way ends in FeedUnreachable, everything that is no believable answer in
FeedRefused; both say what happened in words for the operator.
"""

import io
import logging
import re
import time
import urllib.request
from datetime import date
from decimal import Decimal
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fx.rules import PIVOT, Published
from kamtrak.lib.money import as_rate, is_currency

log = logging.getLogger(__name__)

TIMEOUT = 3.0  # seconds to connect, and between two pieces of the answer
DEADLINE = 20.0  # seconds for a whole answer; the full history takes a few
TRIES = 3
LARGEST = 32 * 1024 * 1024  # the full history has about 9 MB
PIECE = 64 * 1024
ENVELOPE = "{http://www.gesmes.org/xml/2002-08-01}Envelope"
CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
OLDEST = date(1999, 1, 4)
WRITTEN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")


class FeedError(Exception):
    """No rates came of it; nothing was changed."""


class FeedUnreachable(FeedError):
    """Nobody answered, or not in time."""


class FeedRefused(FeedError):
    """An answer came, but it is not one to be believed."""


class _SameOrSafer(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects to HTTPS or to the scheme that was asked; never to files or other schemes."""

    max_redirections = 3

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and scheme != urlsplit(req.full_url).scheme:
            raise FeedRefused(f"It redirects from {urlsplit(req.full_url).scheme} to {scheme}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS only: the usual opener would also read files, FTP and data addresses."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _SameOrSafer(),
    ):
        opener.add_handler(handler)
    return opener


def ask(url: str, *, today: date) -> list[Published]:
    """The rates that the feed answers with. Tries three times; raises FeedError."""
    problem: FeedUnreachable | None = None
    for attempt in range(1, TRIES + 1):
        try:
            content = _download(url)
        except FeedUnreachable as failure:
            problem = failure
            log.info("%s, try %s of %s: %s", url, attempt, TRIES, failure)
        else:
            return read_answer(content, today=today)
    raise problem or FeedUnreachable("It was not asked.")


def _download(url: str) -> bytes:
    """One try. Raises FeedUnreachable for what may pass, FeedRefused for what will not."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise FeedRefused(f"{url} is not an address of the web.")
    request = urllib.request.Request(url, headers={"User-Agent": "KamTrak"})  # noqa: S310 - checked above
    try:
        with _opener().open(request, timeout=TIMEOUT) as answer:
            return _read(answer, time.monotonic() + DEADLINE)
    except HTTPError as error:
        if error.code in (408, 429) or error.code >= 500:
            raise FeedUnreachable(f"It answers with HTTP {error.code}.") from error
        raise FeedRefused(f"It answers with HTTP {error.code}.") from error
    except TimeoutError as error:
        raise FeedUnreachable(f"No answer within {TIMEOUT:.0f} seconds.") from error
    except (URLError, HTTPException, OSError) as error:
        raise FeedUnreachable(f"It cannot be reached ({_plain(error)}).") from error


def _plain(error: Exception) -> str:
    """`Connection refused` instead of `<urlopen error [Errno 111] Connection refused>`."""
    reason = getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or reason)


def _read(answer: HTTPResponse, deadline: float) -> bytes:
    """The whole answer, piece by piece, so that neither a huge nor an endlessly dripping one holds us."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > LARGEST:
            raise FeedRefused(f"It answers with more than {LARGEST // 1024 // 1024} MB.")
        if time.monotonic() > deadline:
            raise FeedUnreachable(f"The answer was not complete after {DEADLINE:.0f} seconds.")
        pieces.append(piece)
    expected = answer.headers.get("Content-Length")
    if expected and expected.isdigit() and size < int(expected):
        raise FeedUnreachable("The answer broke off.")
    return b"".join(pieces)


def read_answer(content: bytes, *, today: date) -> list[Published]:
    """The rates in an answer, each day and currency once. Raises FeedRefused where it makes no sense."""
    try:
        rates = _cubes(content, today)
    except ParseError as error:
        raise FeedRefused(f"It is not XML: {error}.") from error
    except DefusedXmlException as error:
        raise FeedRefused("It has declarations that such a file never has.") from error
    if not rates:
        raise FeedRefused("It has no rates.")
    return rates


def _cubes(content: bytes, today: date) -> list[Published]:
    """<Cube time="2026-10-30"><Cube currency="USD" rate="1.1172"/>…, read without keeping the tree."""
    found: dict[tuple[str, date], Published] = {}
    day: date | None = None
    root = True
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if root and element.tag != ENVELOPE:
            raise FeedRefused(f"It begins with <{element.tag[-60:]}>, not with the bank's envelope.")
        root = False
        if event == "end":
            element.clear()
        elif element.tag == CUBE and "time" in element.attrib:
            day = _day(element.attrib["time"], today)
        elif element.tag == CUBE and "currency" in element.attrib:
            _keep(found, _rate(element.attrib, day))
    return list(found.values())


def _keep(found: dict[tuple[str, date], Published], rate: Published | None) -> None:
    if rate is None:
        return
    before = found.setdefault((rate.currency, rate.day), rate)
    if before.value != rate.value:
        raise FeedRefused(f"It has two rates of {rate.currency} on {rate.day}.")


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FeedRefused(f"“{text[:40]}” is not a day.") from error
    if day > today:
        raise FeedRefused(f"It has rates of {day}, which has not come.")
    if day < OLDEST:
        raise FeedRefused(f"It has rates of {day}, before the euro.")
    return day


def _rate(attributes: dict[str, str], day: date | None) -> Published | None:
    """One rate; None for a currency that is not known here, which must not stop the others."""
    currency, text = attributes["currency"], attributes.get("rate", "")
    if day is None:
        raise FeedRefused("It has rates without a day.")
    if not is_currency(currency) or currency == PIVOT:
        log.warning("the feed of published rates names “%s”, which is left out", currency[:40])
        return None
    value = Decimal(text) if WRITTEN.fullmatch(text) else Decimal(0)
    if value <= 0 or value != as_rate(value):
        raise FeedRefused(f"“{text[:40]}” is not a rate ({currency}, {day}).")
    return Published(currency, day, value)
