"""Headlines and sentences that fit each other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """An entry takes one headline and one sentence of each group, in the order of the groups."""

    heads: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
