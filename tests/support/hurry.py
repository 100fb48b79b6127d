"""The tap's command line, hurried: the first argument is the lookback of its bookmarks."""

from __future__ import annotations

import sys

from tap_economic.tap import TapEconomic
from tests.support.interrupting import hurried

if __name__ == "__main__":
    with hurried(int(sys.argv.pop(1))):
        TapEconomic.cli()
