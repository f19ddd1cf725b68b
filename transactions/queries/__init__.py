"""Reads of transactions and of what they are derived from: the workspace first."""
