"""The tap beside its peers: how long each takes, how much memory, how many requests."""
