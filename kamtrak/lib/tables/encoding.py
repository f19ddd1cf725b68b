"""How the bytes of a text file are read: by its mark, else as UTF-8, else as Windows-1252 (rules 5.16)."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from kamtrak.lib.tables.limits import TableError

_CHUNK = 1 << 20
_C1 = "kamtrak-c1"


def _as_control(error: UnicodeError) -> tuple[str, int]:
    """Windows-1252 leaves five bytes undefined: they become the control characters of the same number."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error(_C1, _as_control)


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is for the codec, `label` for people, `errors` says what happens to undefined bytes."""

    name: str
    label: str

    @property
    def errors(self) -> str:
        return _C1 if self.name == "cp1252" else "strict"


UTF_8 = Encoding("utf-8", "UTF-8")
WINDOWS_1252 = Encoding("cp1252", "Windows-1252")
UTF_8_MARKED = Encoding("utf-8-sig", "UTF-8")
UTF_16 = Encoding("utf-16", "UTF-16")
# Never found by themselves, but chosen by a person who sees that names are garbled.
_CHOSEN = (
    Encoding("cp1250", "Windows-1250 (Central European)"),
    Encoding("iso8859-2", "ISO-8859-2 (Central European)"),
    Encoding("iso8859-15", "ISO-8859-15 (Western European)"),
    Encoding("cp1251", "Windows-1251 (Cyrillic)"),
    Encoding("cp1253", "Windows-1253 (Greek)"),
    Encoding("cp1254", "Windows-1254 (Turkish)"),
    Encoding("mac_roman", "Mac OS Roman"),
    Encoding("cp850", "DOS (Western European)"),
    Encoding("cp932", "Shift JIS (Japanese)"),
    Encoding("gb18030", "GB 18030 (Chinese)"),
)
ENCODINGS = {known.name: known for known in (UTF_8, UTF_8_MARKED, UTF_16, WINDOWS_1252, *_CHOSEN)}
# What people choose from: whether UTF-8 bears a mark is for the file to say.
OFFERED = tuple(known for known in ENCODINGS.values() if known is not UTF_8_MARKED)

_MARKS = ((codecs.BOM_UTF8, UTF_8_MARKED), (codecs.BOM_UTF16_LE, UTF_16), (codecs.BOM_UTF16_BE, UTF_16))


def detect_encoding(stream: BinaryIO) -> tuple[Encoding, int]:
    """The encoding of a whole file, and about how many lines it has. Reads the stream from its start.

    Raises TableError for a file whose mark promises something that its bytes do not keep.
    """
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    for mark, marked in _MARKS:
        if head.startswith(mark):
            lines, valid = _scan(stream, marked)
            if not valid:
                raise TableError(f"The file begins as {marked.label} but is damaged. Save it as CSV (UTF-8).")
            return marked, lines
    lines, valid = _scan(stream, UTF_8)
    return (UTF_8 if valid else WINDOWS_1252), lines


def _scan(stream: BinaryIO, encoding: Encoding) -> tuple[int, bool]:
    """How many lines there are, and whether every byte is valid."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    feeds = returns = 0
    valid, last = True, b""
    while chunk := stream.read(_CHUNK):
        last = chunk
        feeds += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    open_ended = not last.rstrip(b"\0").endswith((b"\n", b"\r"))
    return max(feeds, returns) + open_ended, valid
