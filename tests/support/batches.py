"""Batch files, as settings and as what they hold."""

from __future__ import annotations

import gzip
import json
import typing as t
from urllib.parse import urlsplit
from urllib.request import url2pathname

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.running import Run


def batch_config(folder: Path) -> dict[str, t.Any]:
    """Return the setting that lets batch files be written to a folder."""
    encoding = {"format": "jsonl", "compression": "gzip"}
    return {"encoding": encoding, "storage": {"root": folder.as_uri()}}


def batched(run: Run) -> dict[str, list[dict[str, t.Any]]]:
    """Return what the batch files of a run hold."""
    found: dict[str, list[dict[str, t.Any]]] = {}
    for message in run.messages:
        for url in message.get("manifest", ()):
            with gzip.open(url2pathname(urlsplit(url).path)) as file:
                found.setdefault(message["stream"], []).extend(map(json.loads, file))
    return found
