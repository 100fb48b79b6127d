"""Write all generated files, or report which are stale.

python -m scripts.generate            writes the files
python -m scripts.generate --check    writes nothing; exits with 1 and reports stale files
"""

from __future__ import annotations

import argparse
import sys
import typing as t

from benchmarks import report, results
from contract import document as contract
from scripts.generate import (
    API,
    HUB,
    ROOT,
    api_facts,
    architecture,
    documents,
    hub,
    sandbox_facts,
    schemas,
    staging,
    stream_pages,
)
from scripts.generate.output import Output, update, with_parts

if t.TYPE_CHECKING:
    from scripts.generate.output import Lines


def _parts_of(path: str, **parts: Lines) -> Output:
    return Output(path, lambda: with_parts(ROOT / path, **parts))


# In this order: the schemas are made from the facts, and the later outputs from the tap.
OUTPUTS = (
    Output("contract/api_facts", api_facts.texts, needs=API),
    Output("tap_economic/schemas", schemas.texts),
    Output("sandbox/economic_sandbox/apis/facts.json", sandbox_facts.text),
    Output("tests/snapshots", documents.snapshots),
    Output("docs/streams", stream_pages.pages),
    Output("transform/models/staging/_sources.yml", staging.sources),
    Output("transform/models/staging/_staging.yml", staging.models),
    Output("docs/contract.md", contract.kept),
    Output("tests/support/hub.schema.json", hub.schema, needs=HUB),
    _parts_of("docs/settings.md", settings=documents.settings_table),
    _parts_of("meltano.yml", settings=documents.meltano_settings, select=documents.meltano_select),
    Output("hub/tap-economic.yml", hub.definition),
    _parts_of("docs/install.md", select=documents.meltano_select_command),
    _parts_of(
        "docs/architecture.md",
        tap=lambda: architecture.diagram("tap_economic"),
        sandbox=lambda: architecture.diagram("economic_sandbox"),
    ),
    _parts_of("docs/performance.md", figures=lambda: report.figures(results.kept())),
)


def main() -> None:
    """Write or check, and exit with the status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.generate", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="write nothing, report stale files")
    sys.exit(0 if update(OUTPUTS, ROOT, check=parser.parse_args().check) else 1)


if __name__ == "__main__":
    main()
