"""The pages of imports, step by step."""

from tests.e2e.walk.doing import chooses, hands_in, is_refused, sees
from tests.e2e.walk.stops import dialog, page, state

STOPS = (
    page("imports", "ada"),
    state("imports-account-manager", "imports", "yuki"),
    state("imports-auditor", "imports", "grace"),
    state("imports-empty", "imports", "nora"),
    state("imports-nothing-found", "imports", "oliver", query="state=undone"),
    page("import_add", "ada"),
    state("import-add-account-manager", "import_add", "yuki"),
    state(
        "import-add-refused",
        "import_add",
        "ada",
        does=sees("Not uploaded.", hands_in("Upload and look at it", "nothing")),
    ),
    page("import_map", "ada", "import to map"),
    state("import-map-account-manager", "import_map", "yuki", "import to map by yuki"),
    state("import-map-refused", "import_map", "ada", "import to map", does=is_refused("Check all 3 rows")),
    state(
        "import-map-tax-and-span",
        "import_map",
        "ada",
        "import to map",
        does=sees("Rows of the source between the two days", chooses("span", "yes")),
    ),
    page("import_preview", "ada", "import to map"),
    page("import", "ada", "import"),
    state("import-auditor", "import", "grace", "import"),
    state("import-check", "import", "ada", "import checked"),
    state("import-check-auditor", "import", "grace", "import checked"),
    state("import-check-seen-before", "import", "ada", "import seen before"),
    state("import-running", "import", "ada", "import running"),
    state("import-undone", "import", "ada", "import undone"),
    state("import-being-mapped", "import", "grace", "import to map"),
    page("import_remap", "ada", "import"),
    state("import-remap-refused", "import_remap", "ada", "import", does=is_refused("See what would move")),
    page("import_remap_preview", "ada", "import"),
    page("import_undo", "ada", "import"),
    dialog("import_undo", "ada", "import", on="import", at="import", does=is_refused("Undo it", reason="")),
)
