"""Benchmarks of the tap and its peers: time, memory and requests."""
