"""Load the halves of the default streams (presets in meltano.yml) with a pipeline each.

    python halves.py beside|after TAP LOADER CONFIG TARGET FOLDER

Both pipelines run at the same time, or one after the other. As in docs/meltano.md, a first small
run creates what both write to.
"""

from __future__ import annotations

import fnmatch
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

_PROJECT = Path(__file__).resolve().parent.parent / "meltano.yml"


def select(catalog: Path, tap: str, preset: str) -> None:
    """Write a catalog with the streams of a preset selected."""
    project = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))
    name = f"tap-economic--{preset}"
    (rules,) = (one["select"] for one in project["plugins"]["extractors"] if one["name"] == name)
    patterns = [rule.removesuffix(".*") for rule in rules]
    found = json.loads(subprocess.check_output([tap, "--discover"]))
    for stream in found["streams"]:
        (whole,) = (entry for entry in stream["metadata"] if not entry["breadcrumb"])
        whole["metadata"]["selected"] = any(
            fnmatch.fnmatch(stream["tap_stream_id"], pattern) for pattern in patterns
        )
    catalog.write_text(json.dumps(found), encoding="utf-8")


def main() -> None:
    """Load both halves; exit with 1 if a pipeline fails."""
    order, tap, loader, config, target, folder = sys.argv[1:]

    def load(preset: str) -> bool:
        catalog = Path(folder) / f"{preset}.json"
        select(catalog, tap, preset)
        with (
            subprocess.Popen(
                [tap, "--config", config, "--catalog", catalog], stdout=subprocess.PIPE
            ) as reader,
            subprocess.Popen(
                [loader, "--config", target], stdin=reader.stdout, stdout=subprocess.DEVNULL
            ) as writer,
        ):
            if reader.stdout:
                reader.stdout.close()
        return not (reader.returncode or writer.returncode)

    workers = 2 if order == "beside" else 1
    with ThreadPoolExecutor(workers) as pool:
        loaded = load("setup") and all([*pool.map(load, ["half-ledger", "half-sales"])])
    sys.exit(not loaded)


if __name__ == "__main__":
    main()
