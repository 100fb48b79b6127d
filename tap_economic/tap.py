"""The tap."""
