"""Contracts as they are read."""
