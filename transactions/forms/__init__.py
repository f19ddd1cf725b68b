"""The forms of transactions."""
