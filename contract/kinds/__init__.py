"""The kinds of probes: how facts of one kind are asked for."""
