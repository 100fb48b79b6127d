"""Time passes for a made-up company: what happens, one event at a time."""

from tap_economic.sandbox.passage.chance import ImpossibleError
from tap_economic.sandbox.passage.passage import Passage

__all__ = ["ImpossibleError", "Passage"]
