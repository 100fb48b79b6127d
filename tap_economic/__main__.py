"""Run the tap with ``python -m tap_economic``."""

from __future__ import annotations

from tap_economic.tap import TapEconomic

TapEconomic.cli()
