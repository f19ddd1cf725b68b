"""The catalog, what rows wait for, owners' names, mappings and how rows are read."""

from tests.e2e.walk.doing import chooses, hands_in, is_refused, opens, sees
from tests.e2e.walk.stops import Stop, dialog, named, page, state

LISTED = (
    page("catalog", "ada"),
    state("catalog-account-manager", "catalog", "yuki", query="archived=all"),
    state("catalog-nothing-found", "catalog", "ada", query="q=zeppelin"),
    state("catalog-without-tax", "catalog", "ada", query="lacks=tax_percent"),
    state("catalog-empty", "catalog", "nora"),
    state("catalog-export", "catalog", "ada", does=opens("Export")),
)
SINGLE = (
    page("catalog_item", "ada", "entry"),
    state("catalog-item-auditor", "catalog_item", "grace", "entry"),
    state("catalog-item-archived", "catalog_item", "ada", "archived entry"),
    state("catalog-item-bare", "catalog_item", "ada", "bare entry"),
    page("catalog_add", "ada"),
    page("catalog_edit", "ada", "entry"),
    page("catalog_change", "ada", "entry"),
    page("catalog_withdraw", "ada", "value"),
    page("catalog_archive", "ada", "entry"),
    dialog(
        "catalog_add", "ada", on="catalog", does=is_refused("Add", code="LUM-200", revenue="TBD", reason="")
    ),
    dialog("catalog_edit", "ada", "entry", on="catalog_item", at="entry"),
    dialog("catalog_change", "ada", "entry", on="catalog_item", at="entry"),
    dialog("catalog_withdraw", "ada", "value", on="catalog_item", at="entry", does=is_refused("Withdraw it")),
    dialog("catalog_archive", "ada", "entry", on="catalog_item", at="entry", does=is_refused("Archive it")),
)
MISSING = (
    page("catalog_missing", "ada", "missing product"),
    state("catalog-missing-shared", "catalog_missing", "ada", "shared product"),
    dialog("catalog_missing", "ada", "missing product", on="catalog"),
    named(
        "catalog-missing-alias-dialog",
        dialog("catalog_missing", "ada", "missing product", on="alerts", does=chooses("how", "alias")),
    ),
)
FILES = (
    page("catalog_upload", "ada"),
    state(
        "catalog-upload-refused",
        "catalog_upload",
        "ada",
        does=sees("Not uploaded.", hands_in("Check the file", "nothing")),
    ),
    page("catalog_file", "ada", "entries with errors"),
    state("catalog-file-asks", "catalog_file", "ada", "entries that ask"),
    state("catalog-file-unreadable", "catalog_file", "ada", "no entries"),
)
OWNERS = (
    page("owner_names", "ada"),
    state("owner-names-nothing-found", "owner_names", "ada", query="q=zeppelin"),
    state("owner-names-empty", "owner_names", "nora"),
    page("owner_name", "ada", "owner name"),
    state("owner-name-confirmed", "owner_name", "ada", "confirmed name"),
    dialog("owner_name", "ada", "owner name", on="owner_names", does=is_refused("Save")),
)
MAPPINGS = (
    page("mappings", "ada"),
    state("mappings-nothing-found", "mappings", "ada", query="q=zeppelin"),
    state("mappings-empty", "mappings", "nora"),
    page("mapping", "ada", "mapping"),
    state("mapping-unreadable", "mapping", "ada", "unreadable mapping"),
    page("mapping_forget", "ada", "mapping"),
    page("source_rename", "ada", "source"),
    dialog("mapping_forget", "ada", "mapping", on="mapping", at="mapping", does=is_refused("Forget it")),
    dialog("source_rename", "ada", "source", on="mappings", does=is_refused("Rename", name="")),
)
SETTINGS = (
    page("transaction_settings", "ada"),
    state(
        "transaction-settings-refused",
        "transaction_settings",
        "ada",
        does=is_refused("Save settings", removes_tax="yes", reason=""),
    ),
)
STOPS: tuple[Stop, ...] = (*LISTED, *SINGLE, *MISSING, *FILES, *OWNERS, *MAPPINGS, *SETTINGS)
