"""Forms of imports, of transactions, of the catalog, of mappings and of how rows are read."""
