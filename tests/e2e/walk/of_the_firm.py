"""Dashboard, documents, rates, clients, alerts, people and settings of a workspace."""

from tests.e2e.walk.doing import hands_in, is_refused, opens, sees, sends
from tests.e2e.walk.stops import Stop, dialog, named, page, state

DASHBOARDS = (
    page("dashboard", "ada"),
    page("imported_revenue", "ada"),
    state("dashboard-account-manager", "dashboard", "yuki"),
    state("dashboard-closed", "dashboard", "ada", query="period=2026Q1"),
    state("dashboard-year", "dashboard", "ada", query="period=FY2026"),
    state("dashboard-unknown", "dashboard", "oliver", query="period=2027Q2"),
    state("dashboard-empty", "dashboard", "nora"),
    state("dashboard-workspaces", "dashboard", "oliver", does=opens("Larkfield Services")),
)
DOCUMENTS = (
    page("documents", "yuki"),
    state("documents-empty", "documents", "nora"),
    page("document", "yuki", "document"),
    state("document-shared", "document", "grace", "document"),
    page("document_issue", "yuki"),
    dialog("document_issue", "ada", on="documents"),
    page("document_check", "grace"),
    state(
        "document-check-intact",
        "document_check",
        "yuki",
        does=sees("Intact.", hands_in("Check the file", "review")),
    ),
    state(
        "document-check-unknown",
        "document_check",
        "yuki",
        does=sees("Unknown.", hands_in("Check the file", "another")),
    ),
)
JOBS = (
    page("job", "yuki", "running job"),
    state("job-queued", "job", "yuki", "queued job"),
    state("job-done", "job", "yuki", "done job"),
    state("job-failed", "job", "yuki", "failed job"),
    state("job-cancelled", "job", "yuki", "cancelled job"),
)
RATES = (
    page("rates", "ada"),
    state("rates-account-manager", "rates", "yuki", query="base=JPY&quote=USD&day=2026-09-30"),
    state("rates-missing", "rates", "oliver"),
    state("rates-empty", "rates", "nora"),
    page("rate_add", "ada"),
    page("rate_withdraw", "ada", "own rate"),
    dialog("rate_add", "ada", on="rates"),
    named(
        "rate-add-off-market-dialog",
        dialog(
            "rate_add",
            "ada",
            on="rates",
            does=sees(
                "Is this right?",
                sends("Save", base="EUR", quote="USD", value="1.5", day="2026-09-30", reason="House rate"),
            ),
        ),
    ),
    dialog("rate_withdraw", "ada", "own rate", on="rates", does=is_refused("Withdraw it", reason="")),
    page("rates_upload", "ada"),
    state(
        "rates-upload-refused",
        "rates_upload",
        "ada",
        does=sees("Not uploaded.", hands_in("Check the file", "nothing")),
    ),
    page("rates_file", "ada", "rates with errors"),
    state("rates-file-asks", "rates_file", "ada", "rates that ask"),
    state("rates-file-unreadable", "rates_file", "ada", "no rates"),
)
CLIENTS = (
    page("clients", "ada"),
    state("clients-merged", "clients", "ada", query="merged=shown&q=a"),
    state("clients-nothing-found", "clients", "yuki", query="q=zeppelin"),
    state("clients-empty", "clients", "nora"),
    page("client", "ada", "survivor"),
    state("client-merged", "client", "ada", "merged"),
    state("client-account-manager", "client", "yuki", "survivor"),
    page("client_rename", "ada", "survivor"),
    page("client_merge", "ada", "survivor"),
    page("client_unmerge", "ada", "merged"),
    dialog("client_rename", "ada", "survivor", on="client", at="survivor"),
    dialog(
        "client_merge",
        "ada",
        "survivor",
        on="client",
        at="survivor",
        does=sees("What happens", sends("See what happens", into="Castellan Bank")),
    ),
    dialog("client_unmerge", "ada", "merged", on="client", at="survivor"),
)
ALERTS = (
    page("alerts", "oliver"),
    page("alerts_dismiss", "oliver"),
    dialog("alerts_dismiss", "oliver", on="alerts", given="severity=error"),
    state("alerts-auditor", "alerts", "grace", query="state=all"),
    state("alerts-empty", "alerts", "nora"),
    named("alert-repair-dialog", dialog("rate_add", "oliver", on="alerts")),
)
PEOPLE = (
    page("members", "ada"),
    state("members-ended", "members", "ada", query="ended"),
    page("member", "ada", "manager"),
    state("member-account-manager", "member", "ada", "account manager"),
    page("member_invite", "ada"),
    page("member_end", "ada", "account manager"),
    page("team", "ada", "manager"),
    dialog("member_invite", "ada", on="members", does=is_refused("Invite", email="piet@")),
    named(
        "member-invited-dialog",
        dialog(
            "member_invite",
            "ada",
            on="members",
            does=sees("Invitation ready", sends("Invite", email="lena@kade.example")),
        ),
    ),
    dialog("member_end", "ada", "account manager", on="member", at="account manager"),
    dialog("team", "ada", "manager", on="member", at="manager"),
)
WORKSPACE = (
    page("settings", "ada"),
    state(
        "settings-refused",
        "settings",
        "ada",
        does=is_refused("Save settings", rate_limit_days="400", reason=""),
    ),
    page("workspace_delete", "ada"),
    dialog("workspace_delete", "ada", on="settings", does=is_refused("Delete for ever", typed_name="Halden")),
    page("history", "ada"),
    state("history-nothing-found", "history", "ada", query="day=2020-01-01"),
    state("history-new", "history", "nora"),
)
STOPS: tuple[Stop, ...] = (*DASHBOARDS, *DOCUMENTS, *JOBS, *RATES, *CLIENTS, *ALERTS, *PEOPLE, *WORKSPACE)
