"""Write everything that is generated, or tell which files are stale.

python -m scripts.generate            writes the files
python -m scripts.generate --check    writes nothing, exits 1 and names what is stale
"""

from __future__ import annotations

import argparse
import sys

from scripts.generate import API, ROOT, documents, sandbox_facts, schemas
from scripts.generate.output import Output, update

# In this order: the tap reads its schemas, and what follows is made from the tap.
OUTPUTS = (
    Output("tap_economic/schemas", schemas.texts, needs=API, can_fetch=True),
    Output("tap_economic/sandbox/facts.json", sandbox_facts.text, needs=API),
    Output("tests/snapshots", documents.snapshots),
    Output("README.md", documents.readme),
    Output("meltano.yml", documents.meltano),
    Output("docs/streams.md", documents.streams),
    Output("docs/performance.md", documents.performance),
)


def main() -> None:
    """Write or check; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.generate", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    sys.exit(0 if update(OUTPUTS, ROOT, check=parser.parse_args().check) else 1)


if __name__ == "__main__":
    main()
