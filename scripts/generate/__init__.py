"""Writes all that is generated: schemas, the sandbox's facts, snapshots, tables and documents."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What e-conomic publishes of its APIs and what was seen of them: no part of the repository.
API = Path(os.environ.get("API_FACTS", ROOT.parent / "shared" / "api"))
