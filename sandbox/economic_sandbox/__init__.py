"""A local e-conomic: both APIs of a generated Danish company, for testing integrations."""

from __future__ import annotations

import importlib
import typing as t

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company, generate_company
    from economic_sandbox.server import Sandbox

__all__ = ["Company", "Sandbox", "generate_company"]

_MODULES = {
    "Company": "economic_sandbox.company",
    "Sandbox": "economic_sandbox.server",
    "generate_company": "economic_sandbox.company",
}


def __getattr__(name: str) -> object:
    # Not imported here: pytest loads this package for its plugin, also where nobody uses it.
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(importlib.import_module(_MODULES[name]), name)
