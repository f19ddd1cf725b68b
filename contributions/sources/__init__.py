"""Where contributions come from beside a person's form: rows that they bring."""
