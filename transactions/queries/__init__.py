"""Reads of transactions: the workspace first, then querysets or dataclasses."""
