"""Load with access, form, service or query, render."""
