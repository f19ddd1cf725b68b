"""The pages of transactions."""

from tests.e2e.walk.doing import is_refused, opens
from tests.e2e.walk.stops import Stop, dialog, page, state

LISTED = (
    page("transactions", "ada", query="period=all"),
    state("transactions-account-manager", "transactions", "yuki", query="period=2026Q3"),
    state("transactions-unknown", "transactions", "ada", query="period=all&state=unknown"),
    state("transactions-all", "transactions", "ada", query="period=all&state=all&currency=GBP"),
    state("transactions-marks", "transactions", "ada", query="period=all", does=opens("Mark")),
    state("transactions-nothing-found", "transactions", "ada", query="period=all&q=zeppelin"),
    state("transactions-other-period", "transactions", "ada", query="period=2024Q1"),
    state("transactions-empty", "transactions", "nora"),
    page("transaction_clients", "ada"),
    page("transaction_products", "ada"),
)
SINGLE = (
    page("transaction", "ada", "sold"),
    state("transaction-by-catalog", "transaction", "yuki", "sold by catalog"),
    state("transaction-unknown", "transaction", "ada", "not in the catalog"),
    state("transaction-refund", "transaction", "yuki", "refund"),
    state("transaction-edited", "transaction", "ada", "edited by hand"),
    state("transaction-replaced", "transaction", "ada", "replaced row"),
    page("transaction_edit", "ada", "sold"),
    state(
        "transaction-edit-refused",
        "transaction_edit",
        "yuki",
        "sold",
        does=is_refused("Save", quantity="a few"),
    ),
    dialog("transaction_edit", "yuki", "sold", on="transaction", at="sold"),
)
MOVES = (
    page("row_moves", "ada"),
    state("row-moves-none", "row_moves", "nora"),
    state("row-moves-none-chosen", "row_moves", "ada", query="currency=GBP"),
    state(
        "row-moves-refused",
        "row_moves",
        "ada",
        does=is_refused("Keep the figures as they are", reason=""),
    ),
)
STOPS: tuple[Stop, ...] = (*LISTED, *SINGLE, *MOVES)
