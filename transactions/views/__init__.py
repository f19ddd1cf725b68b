"""The pages of transactions."""
