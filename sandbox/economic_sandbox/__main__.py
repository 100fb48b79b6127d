"""``python -m economic_sandbox``: the command ``economic-sandbox``."""

from economic_sandbox.cli import main

main()
