"""One column, while the rows of its file stream by: what its values are, and whether they repeat."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from zoneinfo import ZoneInfo

from kamtrak.lib.notation import shown
from kamtrak.lib.tables import DateEvidence, DateFormat, DateOrder, NumberCell, NumberEvidence, Unreadable
from transactions.rules import ColumnLook, Counted, StampReading, key_of_id
from transactions.rules.mappings import SHOWN

MOST_SAMPLES, MOST_VALUES, MOST_ODD, MOST_SHARED = 3, 50, 20, 3
LONGEST_TEXT = 200  # longer ones are told apart by their digest
DIGEST = 16
_PARTS = 64
# Where among so many different texts most are no numbers (or dates), the column is not judged any further.
_ENOUGH = 200
_TRIED_STAMPS = 1_000


class Room:
    """The bytes that all columns of a file together may take to see whether values repeat."""

    def __init__(self, left: int = 64 * 1024 * 1024) -> None:
        self.left = left


class Digests:
    """All values of a column in 16 bytes each: at the end they tell how many different ones there are."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._parts = [bytearray() for _ in range(_PARTS)]
        self.fits = True

    def add(self, text: str) -> None:
        """Once there is no room, the column lets go of what it took."""
        if not self.fits:
            return
        if self._room.left < DIGEST:
            self._room.left += sum(map(len, self._parts))
            self._parts, self.fits = [], False
            return
        digest = key_of_id(text)
        self._parts[digest[0] % _PARTS] += digest
        self._room.left -= DIGEST

    def shared(self) -> Iterator[bytes]:
        """The digests of values that came more than once."""
        for part in self._parts:
            counted = Counter(bytes(part[start : start + DIGEST]) for start in range(0, len(part), DIGEST))
            yield from (digest for digest, times in counted.items() if times > 1)

    def distinct(self) -> int:
        """Counted part by part, so that it takes little memory."""
        return sum(len(_pieces(bytes(part))) for part in self._parts)


class Judge:
    """What a column's values say as numbers or as dates; given up where most texts are neither."""

    def __init__(self, evidence: NumberEvidence | DateEvidence) -> None:
        self._evidence = evidence
        self._odd: Counter[str] = Counter()
        self._texts = self._odd_texts = 0
        self.given_up = False

    def add(self, text: str, times: int) -> None:
        if self.given_up:
            return
        unreadable = self._evidence.unreadable
        self._evidence.add(text, times)
        self._texts += 1
        if self._evidence.unreadable == unreadable:
            return
        self._odd_texts += 1
        if text in self._odd or len(self._odd) < MOST_ODD:
            self._odd[text] += times
        self.given_up = self._texts >= _ENOUGH and self._odd_texts * 2 > self._texts

    @property
    def odd(self) -> tuple[Counted, ...]:
        return () if self.given_up else _shown(self._odd)


class ColumnLooker:
    """Gathers one ColumnLook from the cells of sound rows.

    Up to `most` different texts are counted; beyond, each text is judged as it comes. Numbers of a workbook
    are counted apart from texts: they equal those of their digits, and mean something else.
    """

    def __init__(self, name: str, zone: ZoneInfo, most: int, room: Room, *, from_1904: bool) -> None:
        self._name, self._most, self._room = name, most, room
        self._texts: Counter[str] = Counter()
        self._figures: Counter[str] = Counter()
        self._counting = True
        self._digests: Digests | None = None
        self._filled = self._blank = self._distinct = 0
        self._samples: list[str] = []
        self._numbers, self._dates = NumberEvidence(), DateEvidence(from_1904)
        self._as_numbers, self._as_dates = Judge(self._numbers), Judge(self._dates)
        self._stamps = Stamps(zone)
        self._beyond_one = self._has_fraction = False
        self.shared: frozenset[bytes] = frozenset()  # digests of some values that repeat where most do not

    def add(self, cells: Sequence[str], *, workbook: bool) -> None:
        """The cells of some rows, in their order."""
        if max(map(len, cells)) > LONGEST_TEXT:
            cells = [cell if len(cell) <= LONGEST_TEXT else _shortened(cell) for cell in cells]
        texts: Iterable[str] = cells
        figures: Iterable[str] = ()
        if workbook:
            texts = [cell for cell in cells if type(cell) is str]
            figures = [cell for cell in cells if type(cell) is not str]
        if not self._counting:
            self._judge(Counter(texts))
            self._judge(Counter(figures))
            return
        self._texts.update(texts)
        self._figures.update(figures)
        if len(self._texts) + len(self._figures) > self._most:
            self._stop_counting()

    def _stop_counting(self) -> None:
        values = self._judge_counted()
        if self._filled == self._distinct:
            self._digests = Digests(self._room)
            for text in values:
                self._digests.add(text)
        self._texts, self._figures, self._counting = Counter(), Counter(), False

    def _judge_counted(self) -> Counter[str]:
        """All that was counted is judged. Gives its values, trimmed and without blank."""
        self._judge(self._texts)
        self._judge(self._figures)
        values: Counter[str] = Counter()
        for counted in (self._texts, self._figures):
            for text, times in counted.items():
                if trimmed := text.strip():
                    values[trimmed] += times
        self._distinct = len(values)
        return values

    def _judge(self, counted: Mapping[str, int]) -> None:
        for text, times in counted.items():
            if not text or text.isspace():
                self._blank += times
                continue
            self._filled += times
            if len(self._samples) < MOST_SAMPLES:
                self._sample(text)
            if isinstance(text, NumberCell):
                self._beyond_one |= abs(float(text)) > 1
                self._has_fraction |= "." in text
            self._as_numbers.add(text, times)
            offsets = self._dates.offsets
            self._as_dates.add(text, times)
            if self._dates.offsets != offsets:
                self._stamps.add(text)
            if self._digests is not None:
                for _ in range(times):
                    self._digests.add(text)

    def _sample(self, text: str) -> None:
        sample = shown(text, SHOWN)
        if sample not in self._samples:
            self._samples.append(sample)

    def look(self) -> ColumnLook:
        """What was found, when the last row has been added."""
        values: Counter[str] = Counter()
        is_more, repeats = False, self._distinct < self._filled
        if self._counting:
            values = self._judge_counted()
            repeats = self._distinct < self._filled
        elif self._digests is not None and self._digests.fits:
            self._distinct = self._digests.distinct()
            repeats = self._distinct < self._filled
        else:
            is_more = True
        if repeats and not is_more and self._distinct * 2 > self._filled:
            self.shared = self._some_shared(values)
        unknown = self._digests is not None and not self._digests.fits
        return ColumnLook(
            name=self._name,
            samples=tuple(self._samples),
            filled=self._filled,
            blank=self._blank,
            distinct=self._distinct,
            is_more=is_more,
            repeats=None if unknown else repeats,
            values=_shown(values) if len(values) <= MOST_VALUES else (),
            numbers=None if self._as_numbers.given_up else self._numbers,
            dates=None if self._as_dates.given_up else self._dates,
            odd_numbers=self._as_numbers.odd,
            odd_dates=self._as_dates.odd,
            offsets=self._stamps.readings,
            fractions=self._has_fraction and not self._beyond_one,
        )

    def _some_shared(self, values: Counter[str]) -> frozenset[bytes]:
        if self._digests is not None:
            return frozenset(islice(self._digests.shared(), MOST_SHARED))
        return frozenset(key_of_id(text) for text, times in values.most_common(MOST_SHARED) if times > 1)


class Stamps:
    """Time stamps with an offset: some of them, rather those whose day is another one in the time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._moved: list[StampReading] = []
        self._same: list[StampReading] = []
        self._tried = 0

    def add(self, text: str) -> None:
        if len(self._moved) >= MOST_SAMPLES or self._tried >= _TRIED_STAMPS:
            return
        self._tried += 1
        for order in DateOrder:
            column = DateFormat(order)
            try:
                written, in_zone = column.parse(text), column.in_zone(self._zone).parse(text)
            except Unreadable:
                continue
            reading = StampReading(text, written.isoformat(), in_zone.isoformat())
            (self._same if written == in_zone else self._moved).append(reading)
            return

    @property
    def readings(self) -> tuple[StampReading, ...]:
        return tuple([*self._moved, *self._same][:MOST_SAMPLES])


def _pieces(digests: bytes) -> set[bytes]:
    return {digests[start : start + DIGEST] for start in range(0, len(digests), DIGEST)}


def _shortened(text: str) -> str:
    """A long text so that only equal ones stay equal."""
    trimmed = text.strip()
    if len(trimmed) <= LONGEST_TEXT:
        return trimmed
    return f"{trimmed[:LONGEST_TEXT]}…{blake2b(trimmed.encode(), digest_size=DIGEST).hexdigest()}"


def _shown(counted: Counter[str]) -> tuple[Counted, ...]:
    """The most frequent first, short enough to be shown."""
    return tuple(Counted(shown(text, SHOWN), times) for text, times in counted.most_common())
