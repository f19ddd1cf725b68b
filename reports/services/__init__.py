"""Writes and proofs of this app."""
