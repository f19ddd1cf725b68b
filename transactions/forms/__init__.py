"""The shape of what people type about transactions, the catalog, mappings and how rows are read."""
