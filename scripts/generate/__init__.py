"""Generates schemas, the sandbox's facts, catalog snapshots, tables and documents."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# e-conomic's published schemas and recorded responses, which are not part of the repository.
API = Path(os.environ.get("API_FACTS", ROOT.parent / "shared" / "api"))
# The schemas of Meltano Hub, beside them.
HUB = API.parent / "hub"
