"""Simulation of events in a company over time."""

from economic_sandbox.simulation.chance import ImpossibleError
from economic_sandbox.simulation.simulation import PastEvent, Simulation

__all__ = ["ImpossibleError", "PastEvent", "Simulation"]
