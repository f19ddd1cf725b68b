"""The pages of contracts, formulas and the sales dashboard."""

from tests.e2e.walk.doing import chooses, hands_in, is_refused, opens, sees, sends
from tests.e2e.walk.stops import Stop, dialog, page, state

LISTED = (
    page("contracts", "ada"),
    state("contracts-account-manager", "contracts", "yuki"),
    state("contracts-finding-a-client", "contracts", "ada", does=sees("Any", opens("Client"))),
    page("contracts_clients", "ada"),
    state("contracts-all", "contracts", "ada", query="state=all&sort=client"),
    state("contracts-nothing-found", "contracts", "ada", query="q=zeppelin"),
    state("contracts-empty", "contracts", "nora"),
)
SINGLE = (
    page("contract", "ada", "amended"),
    state("contract-by-quarter", "contract", "yuki", "hers", query="by=quarter"),
    state("contract-roll-over", "contract", "ada", "rolling"),
    state("contract-casual", "contract", "ada", "casual"),
    state("contract-coming", "contract", "ada", "coming"),
    state("contract-handed-over", "contract", "grace", "handed over"),
    state("contract-cancelled", "contract", "ada", "cancelled"),
    state("contract-draft-page", "contract", "ada", "draft"),
    state("contract-void-page", "contract", "ada", "void contract"),
    state("contract-actions", "contract", "ada", "amended", does=opens("More")),
    page("contract_compare", "ada", "amended"),
)
MADE = (
    page("contract_add", "ada"),
    state(
        "contract-add-formula",
        "contract_add",
        "yuki",
        does=sees("Total, USD", chooses("formula", "Step down after a year"), chooses("monthly", "12000")),
    ),
    state("contract-add-duration", "contract_add", "yuki", does=chooses("basis", "duration")),
    state("contract-add-refused", "contract_add", "yuki", does=is_refused("Add", name="", client="")),
    page("contract_draft", "ada", "draft"),
    state(
        "contract-customise-dialog",
        "contract_draft",
        "ada",
        "draft",
        does=sees("From month", sends("Modify trailing revenue formula")),
    ),
    page("contract_confirm", "ada", "draft"),
    page("contract_schedule", "ada", "amended"),
    dialog("contract_schedule", "ada", "amended", on="contract", at="amended"),
)
ENDED = (
    page("contract_details", "ada", "amended"),
    page("contract_version_restore", "ada", "first version"),
    page("contract_cancel", "ada", "amended"),
    page("contract_take_back", "ada", "cancelled"),
    page("contract_void", "ada", "amended"),
    page("contract_restore", "ada", "void contract"),
    page("contract_discard", "ada", "draft"),
    page("contract_hand_over", "ada", "amended"),
    page("client_hand_over", "ada", "contract's client"),
    dialog(
        "contract_details",
        "ada",
        "amended",
        on="contract",
        at="amended",
        does=is_refused("Save", name="", number=""),
    ),
    dialog("contract_version_restore", "ada", "first version", on="contract", at="amended"),
    dialog(
        "contract_cancel",
        "ada",
        "amended",
        on="contract",
        at="amended",
        does=is_refused("Cancel the contract", reason=""),
    ),
    dialog("contract_take_back", "ada", "cancelled", on="contract", at="cancelled"),
    dialog("contract_void", "ada", "coming", on="contract", at="coming", does=is_refused("Void it")),
    dialog("contract_restore", "ada", "void contract", on="contract", at="void contract"),
    dialog("contract_discard", "ada", "draft", on="contract", at="draft"),
    dialog(
        "contract_hand_over",
        "ada",
        "amended",
        on="contract",
        at="amended",
        does=sees("gets", sends("See what changes hands", to="Yuki Tanaka", reason="New territories")),
    ),
    dialog(
        "client_hand_over",
        "ada",
        "contract's client",
        on="client",
        at="contract's client",
        does=sees("gets", sends("See what changes hands", to="Yuki Tanaka", reason="New territories")),
    ),
)
LINKED = (
    page("contract_link", "yuki", "hers"),
    page("contribution_contracts", "yuki", "open"),
    dialog("contract_link", "yuki", "hers", on="contract", at="hers"),
    dialog("contribution_contracts", "yuki", "open", on="contribution", at="open"),
)
FILES = (
    page("contracts_upload", "ada"),
    state(
        "contracts-upload-refused",
        "contracts_upload",
        "ada",
        does=sees("Not uploaded.", hands_in("Check the file", "nothing")),
    ),
    page("contracts_file", "ada", "contracts with errors"),
    state("contracts-file-asks", "contracts_file", "ada", "contracts that ask"),
    state("contracts-file-unreadable", "contracts_file", "ada", "no contracts"),
)
FORMULAS = (
    page("formulas", "ada"),
    state("formulas-archived", "formulas", "ada", query="archived=only"),
    state("formulas-empty", "formulas", "nora"),
    page("formula_add", "ada"),
    page("formula_edit", "ada", "formula"),
    page("formula_copy", "ada", "formula"),
    page("formula_archive", "ada", "formula"),
    dialog("formula_add", "ada", on="formulas", does=is_refused("Save", name="Half a year")),
    dialog("formula_edit", "ada", "formula", on="formulas"),
    dialog("formula_copy", "ada", "formula", on="formulas"),
    dialog("formula_archive", "ada", "formula", on="formulas", does=is_refused("Archive it", reason="")),
)
SALES = (
    page("sales", "ada"),
    state("sales-account-manager", "sales", "yuki", query="period=FY2026"),
    state("sales-ahead", "sales", "ada", query="period=2027Q2"),
    state("sales-empty", "sales", "nora"),
    state("sales-closed", "sales", "ada", query="period=2026Q1"),
    state("sales-all-clients", "sales", "ada", query="period=FY2026&clients=all"),
    page("sales_rows", "ada"),
    page("sales_rows_clients", "ada"),
    state("sales-rows-lost", "sales_rows", "ada", query="kind=lost"),
    state("sales-rows-nothing-found", "sales_rows", "yuki", query="currency=GBP"),
)
REPORTED = (
    page("revenue_report", "ada"),
    page("revenue_report_clients", "ada"),
    state("revenue-report-account-manager", "revenue_report", "yuki"),
    state("revenue-report-ahead", "revenue_report", "ada", query="month=2027-03"),
    state("revenue-report-nothing-found", "revenue_report", "ada", query="month=2019-03"),
    state("revenue-report-empty", "revenue_report", "nora"),
)
STOPS: tuple[Stop, ...] = (*LISTED, *SINGLE, *MADE, *ENDED, *LINKED, *FILES, *FORMULAS, *SALES, *REPORTED)
