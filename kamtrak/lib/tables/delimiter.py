"""Which character separates the cells of a CSV, judged by its first rows and aware of quotes (rules 5.16)."""

from collections import Counter
from collections.abc import Callable, Sequence

# The comma last: where two split alike, it is the one that stands inside texts and numbers.
DELIMITERS = {";": "semicolon", "\t": "tab", "|": "pipe", ",": "comma"}


def detect_delimiter(parse: Callable[[str], Sequence[Sequence[str]]]) -> str:
    """The delimiter under which the first rows agree best on the widest table; a comma for one single column.

    `parse` gives the first rows as cells under a delimiter. A decimal comma splits rows alike as well, but
    into fewer cells than the true delimiter, so the share of rows that agree is weighed by their width.
    """

    def score(delimiter: str) -> int:
        widths = Counter(len(cells) for cells in parse(delimiter))
        return max((rows * width for width, rows in widths.items() if width > 1), default=0)

    scores = {delimiter: score(delimiter) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter]) if any(scores.values()) else ","
