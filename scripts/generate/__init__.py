"""Generates facts, schemas, the sandbox's facts, catalog snapshots, tables and documents."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The same facts as in the documents and recordings that are not part of the repository.
FACTS = ROOT / "contract" / "api_facts"
API = Path(os.environ.get("API_FACTS", ROOT.parent / "shared" / "api"))
# The schemas of Meltano Hub, beside them.
HUB = API.parent / "hub"
