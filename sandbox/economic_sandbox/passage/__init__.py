"""Time passes for a made-up company: what happens, one event at a time."""

from economic_sandbox.passage.chance import ImpossibleError
from economic_sandbox.passage.passage import Passage

__all__ = ["ImpossibleError", "Passage"]
