"""A decision that the values of a column leave open, put to a person with samples (rules 5.16)."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Format = TypeVar("Format", bound=Hashable)

MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Option(Generic[Format]):
    """A possible format: its label, how it reads samples (text, reading), how many values it cannot read."""

    format: Format
    label: str
    readings: tuple[tuple[str, str], ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Ask(Generic[Format]):
    """The column's own values do not decide. The option that reads most values stands first."""

    question: str
    options: tuple[Option[Format], ...]
