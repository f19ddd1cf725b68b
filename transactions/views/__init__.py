"""Views of the catalog, of mappings and of how rows are read."""
