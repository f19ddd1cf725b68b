"""The address of the list read as a filter (experience 6)."""

from dataclasses import dataclass

from django.http import QueryDict

from contracts.queries.listing import ENDING_DAYS, FIGURES, SORTS, Filter, Sort
from contracts.rules import ContractType, State
from kamtrak.lib.money import is_currency
from kamtrak.web import read_id

STATES = (*(state.value for state in State), "all")
KINDS = tuple(kind.value for kind in ContractType)


@dataclass(frozen=True)
class Selection:
    """What the address asks for; what in it was not understood is left out."""

    filter: Filter
    sort: Sort
    staff: int | None

    @property
    def is_plain(self) -> bool:
        """Whether nothing was asked for: an empty list is then empty indeed."""
        return self.filter == Filter() and self.staff is None


def read_selection(params: QueryDict) -> Selection:
    key = params.get("sort", "")
    return Selection(
        filter=Filter(
            state=_one_of(params.get("state", ""), STATES),
            kind=_one_of(params.get("type", ""), KINDS),
            client_id=read_id(params, "client"),
            formula_id=read_id(params, "formula"),
            currency=params.get("currency", "") if is_currency(params.get("currency", "")) else "",
            ending=params.get("ends", "") == str(ENDING_DAYS),
            figure=_one_of(params.get("figure", ""), tuple(FIGURES)),
            text=params.get("q", "").replace("\x00", "").strip()[:200],
            contract_id=read_id(params, "contract"),
        ),
        sort=Sort(key.lstrip("-"), key.startswith("-")) if key.lstrip("-") in SORTS else Sort(),
        staff=read_id(params, "staff"),
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""
