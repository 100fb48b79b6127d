"""What e-conomic publishes of its APIs, and what was recorded of them: no part of the repository.

The variable ``API_FACTS`` of the environment names the folder. Tests that need it are skipped
without it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "api"

API = Path(os.environ.get("API_FACTS", _BESIDE))

needs_api = pytest.mark.skipif(
    not API.is_dir(), reason="needs e-conomic's published schemas and recorded answers (API_FACTS)"
)
