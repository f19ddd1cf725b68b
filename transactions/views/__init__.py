"""Pages of transactions, the catalog, mappings and how rows are read."""
