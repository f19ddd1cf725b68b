"""One equality that is proved: what it says, of what, and the figures that must be equal."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Proof:
    """`figures` are texts by their place: equal, if the proof holds."""

    name: str
    subject: str
    figures: dict[str, str]

    @property
    def ok(self) -> bool:
        return len(set(self.figures.values())) == 1


def equal(name: str, subject: str, **figures: Decimal) -> Proof:
    """Amounts that must be the same in every place."""
    return Proof(name, subject, {place: f"{value:.4f}" for place, value in figures.items()})


def same(name: str, subject: str, **found: object) -> Proof:
    """Anything else that must be the same in every place, as text."""
    return Proof(name, subject, {place: str(value) for place, value in found.items()})
