"""Pages of contracts: load with access, form, service or query, render."""
