"""Simulates what happens to a company over time, one event after another."""

from economic_sandbox.simulation.chance import ImpossibleError
from economic_sandbox.simulation.simulation import Simulation

__all__ = ["ImpossibleError", "Simulation"]
