"""The pages of contributions, achievements and quarters."""

from tests.e2e.walk.doing import is_refused, opens, sees, sends, types
from tests.e2e.walk.stops import Stop, dialog, named, page, state

YEN = {"client": "Aomori Ferry", "type": "savings", "currency": "JPY", "amount": "¥1,234.50"}

LISTED = (
    page("contributions", "ada"),
    state("contributions-account-manager", "contributions", "yuki"),
    state("contributions-closed", "contributions", "ada", query="period=2026Q1&void=shown"),
    state("contributions-unknown", "contributions", "oliver", query="period=2027Q2&state=unknown"),
    state("contributions-all", "contributions", "yuki", query="period=all&sort=-converted"),
    state("contributions-nothing-found", "contributions", "ada", query="q=zeppelin&type=direct"),
    state("contributions-empty", "contributions", "nora"),
    state("contributions-filter", "contributions", "ada", does=opens("Type")),
    page("contribution_clients", "ada"),
    state("contributions-period", "contributions", "ada", does=opens("Q4 2026")),
    state("contributions-navigation", "contributions", "yuki", does=opens("Menu"), widths=(390,)),
)
SINGLE = (
    page("contribution", "yuki", "proven"),
    state("contribution-provisional", "contribution", "yuki", "provisional"),
    state("contribution-voided", "contribution", "yuki", "voided"),
    state("contribution-changed-after-close", "contribution", "yuki", "changed"),
    state("contribution-file-removed", "contribution", "yuki", "unproven"),
    state("contribution-two-rates", "contribution", "yuki", "crossed"),
    state("contribution-unknown", "contribution", "oliver", "unknown"),
    state("contribution-earlier-rate", "contribution", "ada", "earlier"),
    state("contribution-proved", "contribution", "yuki", "proved"),
    state("contribution-repeats-transaction", "contribution", "yuki", "repeating"),
)
FORMS = (
    page("contribution_add", "yuki"),
    page("contribution_edit", "yuki", "proven"),
    page("contribution_duplicate", "yuki", "changed"),
    page("contribution_void", "yuki", "open"),
    page("contribution_link", "yuki", "open"),
    page("contribution_transactions", "yuki", "repeating"),
    state("contribution-transactions-found", "contribution_transactions", "yuki", "open", query="q=tracker"),
    dialog("contribution_transactions", "yuki", "repeating", on="contribution", at="repeating"),
    page("transaction_link", "yuki", "sold"),
    dialog("transaction_link", "yuki", "sold", on="transaction", at="sold"),
    page("attachment_add", "yuki", "open"),
    state("contribution-add-refused", "contribution_add", "yuki", does=is_refused("Save", **YEN)),
    dialog("contribution_add", "yuki", on="dashboard"),
    named(
        "contribution-add-refused-dialog",
        dialog("contribution_add", "yuki", on="contributions", does=is_refused("Save", **YEN)),
    ),
    named(
        "contribution-add-again-dialog",
        dialog(
            "contribution_add",
            "yuki",
            on="contributions",
            does=sees(
                "Ready for the next one",
                sends(
                    "Save and add another",
                    client="Aomori Ferry",
                    type="savings",
                    currency="JPY",
                    amount="7850000",
                ),
            ),
        ),
    ),
    named(
        "contribution-add-client-dialog",
        dialog(
            "contribution_add", "yuki", on="achievements", does=sees("Create “Ao”", types("client", "Ao"))
        ),
    ),
    dialog("contribution_edit", "yuki", "changed", on="contribution", at="changed"),
    dialog("contribution_duplicate", "yuki", "changed", on="contribution", at="changed"),
    dialog(
        "contribution_void",
        "yuki",
        "open",
        on="contribution",
        at="open",
        does=is_refused("Void it", reason=""),
    ),
    dialog("contribution_link", "yuki", "open", on="contribution", at="open"),
    dialog("attachment_add", "yuki", "open", on="contribution", at="open", does=is_refused("Attach")),
)
BROUGHT = (
    page("contributions_upload", "yuki"),
    state("contributions-upload-empty", "contributions_upload", "nora"),
    state("contributions-upload-refused", "contributions_upload", "nora", does=is_refused("Check the rows")),
    page("contributions_file", "yuki", "rows with errors"),
    state("contributions-file-asks", "contributions_file", "yuki", "rows that ask"),
    state("contributions-file-unreadable", "contributions_file", "yuki", "no rows"),
    state("contributions-file-added", "contributions_file", "yuki", "added rows"),
    state("contributions-file-undone", "contributions_file", "yuki", "undone rows"),
    page("contributions_file_undo", "yuki", "added rows"),
    dialog(
        "contributions_file_undo",
        "yuki",
        "added rows",
        on="contributions_file",
        at="added rows",
        does=is_refused("Void 1 contribution", reason=""),
    ),
)
ACHIEVEMENTS = (
    page("achievements", "yuki"),
    state("achievements-owner", "achievements", "ada"),
    state("achievements-nothing-found", "achievements", "yuki", query="q=zeppelin"),
    state("achievements-empty", "achievements", "nora"),
    page("achievement", "yuki", "told"),
    page("achievement_add", "yuki"),
    page("achievement_edit", "yuki", "told"),
    page("achievement_link", "yuki", "told"),
    dialog("achievement_add", "yuki", on="achievements", does=is_refused("Save", action="Asked")),
    dialog("achievement_edit", "yuki", "told", on="achievement", at="told"),
    dialog("achievement_link", "yuki", "told", on="achievement", at="told"),
)
QUARTERS = (
    page("quarters", "ada"),
    state("quarters-account-manager", "quarters", "yuki"),
    state("quarters-empty", "quarters", "nora"),
    page("quarter", "ada", "closed quarter"),
    state("quarter-ended", "quarter", "ada", "ended quarter"),
    state("quarter-running", "quarter", "yuki", "running quarter"),
    page("quarter_contracts", "ada", "closed quarter"),
    page("quarter_revenue", "ada", "closed quarter"),
    page("quarter_close", "ada", "ended quarter"),
    page("quarter_reopen", "ada", "closed quarter"),
    dialog(
        "quarter_close",
        "oliver",
        "unknown quarter",
        on="quarters",
        does=is_refused("Close Q2 2027", reason=""),
    ),
    dialog("quarter_reopen", "ada", "closed quarter", on="quarter", at="closed quarter"),
    page("rates_moves", "ada"),
    state("rates-moves-none", "rates_moves", "oliver"),
)
STOPS: tuple[Stop, ...] = (*LISTED, *SINGLE, *FORMS, *BROUGHT, *ACHIEVEMENTS, *QUARTERS)
