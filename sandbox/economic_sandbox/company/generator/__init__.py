"""Generates a company from a seed."""
