"""Faults that are injected into responses."""
