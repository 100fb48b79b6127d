"""The schemas that e-conomic publishes, and recorded responses: not part of the repository.

The environment variable ``API_FACTS`` names the folder. Tests that need it are skipped without it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "api"

API = Path(os.environ.get("API_FACTS", _BESIDE))

needs_api = pytest.mark.skipif(
    not API.is_dir(), reason="needs e-conomic's published schemas and recorded answers (API_FACTS)"
)
