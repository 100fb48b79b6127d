"""The facts in `contract/api_facts`: a mirror of the folder `API_FACTS` without what others wrote.

Each document, inventory and recording of the folder has a file of the same path here. What is kept
are names, types, formats, numbers and shapes. A folder that is made of such files is mirrored
unchanged, so that a copy of `contract/api_facts` can take newer documents of the vendor.
"""

from __future__ import annotations

import csv
import io
import typing as t

from scripts.generate import API
from scripts.generate.api_facts.documents import classic_schema, service_document
from scripts.generate.api_facts.inventory import catalogue_row, classic_endpoint, service_endpoint
from scripts.generate.api_facts.recordings import decoded, masked
from scripts.generate.layout import json_text
from scripts.generate.schemas.vendor import loads

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Not recorded, but made up by others.
_INVENTED = "synthetic_collections.json"


def texts(root: Path = API) -> dict[str, str]:
    """Return the text of each file, by its path.

    Args:
        root: The folder to mirror.
    """
    files = {"streams.csv": _catalogue(root / "streams.csv")}
    for pattern, reduce in (
        ("rest/schemas/*.json", lambda text: classic_schema(loads(text))),
        ("rest/endpoints.json", lambda text: list(map(classic_endpoint, loads(text)))),
        ("rest/samples/*.json", lambda text: masked(decoded(text))),
        ("openapi/specs/*.json", lambda text: service_document(loads(text))),
        ("openapi/endpoints.json", lambda text: list(map(service_endpoint, loads(text)))),
        ("openapi/samples/*.json", lambda text: masked(decoded(text))),
    ):
        files |= _reduced(root, pattern, reduce)
    return files


def _reduced(root: Path, pattern: str, reduce: Callable[[str], t.Any]) -> Iterator[tuple[str, str]]:
    for file in sorted(root.glob(pattern)):
        if file.name != _INVENTED:
            yield file.relative_to(root).as_posix(), json_text(reduce(file.read_text("utf-8")))


def _catalogue(file: Path) -> str:
    """Return the catalogue of streams without its notes."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(map(catalogue_row, csv.DictReader(lines)))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
