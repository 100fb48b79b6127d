"""The command ``economic-sandbox``."""

from economic_sandbox.cli.command import main
from economic_sandbox.cli.settings import SETTINGS

__all__ = ["SETTINGS", "main"]
