"""Write what the tap offers of each stream, its catalog entry, where the tests compare with it.

A change of a schema, a key or a replication method then shows as a difference in a file of its
own. Look at that difference before it is committed.

    python scripts/update_snapshots.py            writes the files
    python scripts/update_snapshots.py --check    writes nothing, exits 1 and names what is stale
"""

from __future__ import annotations

import argparse
import json
import sys
import typing as t
from pathlib import Path

from tap_economic.tap import TapEconomic

if t.TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "snapshots"


def snapshots() -> dict[str, str]:
    """The text of each file, by its name."""
    catalog = TapEconomic(config={}, validate_config=False).catalog_dict
    return {
        f"{entry['tap_stream_id']}.json": json.dumps(entry, indent=2, ensure_ascii=False) + "\n"
        for entry in catalog["streams"]
    }


def stale(files: dict[str, str]) -> list[str]:
    """The files that differ from what they should hold, are missing, or have no stream."""
    there = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.json")}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the files; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="name stale files, write nothing")
    check = parser.parse_args(arguments).check
    files = snapshots()
    names = stale(files)
    if not check:
        FOLDER.mkdir(exist_ok=True)
    for name in names:
        if check:
            print(f"stale: {name}", file=sys.stderr)
        elif name in files:
            (FOLDER / name).write_text(files[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    return 1 if check and names else 0


if __name__ == "__main__":
    sys.exit(main())
