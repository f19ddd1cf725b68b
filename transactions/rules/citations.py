"""What cites a row, as it is told to whoever asks (rules 5.18)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """One thing that cites a row: a sentence, and its page below the workspace's address; "" where the reader
    may not open it."""

    row: int
    said: str
    path: str = ""
