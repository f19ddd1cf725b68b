"""Writes of transactions: one transaction each, refusals as domain errors."""
