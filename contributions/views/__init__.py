"""Pages of contributions: load with access, form, service or query, render."""
