"""Transactions as values: what a row provides, what is derived from it, which rows are the same (rules 5)."""
