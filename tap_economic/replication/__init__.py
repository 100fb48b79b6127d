"""Replication: which rows a run reads, and the proof that none is missing."""
