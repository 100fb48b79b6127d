"""What e-conomic publishes, and what was recorded of it: facts without texts and private values.

``python -m scripts.generate`` makes them.
"""

from __future__ import annotations

from pathlib import Path

FACTS = Path(__file__).resolve().parents[3] / "contract" / "api_facts"
