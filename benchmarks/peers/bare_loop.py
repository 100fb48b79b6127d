"""The minimum that any reader does: request, decode, encode, write.

    python bare_loop.py CONFIG invoices|entries

It checks nothing, and has no schema and no state. No Python program that reads page by page with
requests can be much faster.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import msgspec
import requests

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    Records: t.TypeAlias = list[dict[str, t.Any]]

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def invoices(session: requests.Session, config: dict[str, str]) -> Iterator[Records]:
    """Yield the booked invoices, by the links of classic REST."""
    url = f"{config['rest_url']}/invoices/booked?pagesize=1000"
    while url:
        body = _decode(session.get(url).content)
        yield body["collection"]
        url = body["pagination"].get("nextPage")


def entries(session: requests.Session, config: dict[str, str]) -> Iterator[Records]:
    """Yield the booked entries, by the cursors of the OpenAPI service."""
    url = f"{config['openapi_url']}/bookedEntriesapi/v4.0.0/booked-entries"
    query: dict[str, str] = {}
    while True:
        body = _decode(session.get(url, params=query).content)
        yield body["items"]
        if "cursor" not in body:
            return
        query = {"cursor": body["cursor"]}


def main() -> None:
    """Read one listing, and write a RECORD line for each row."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    listing = {"invoices": invoices, "entries": entries}[sys.argv[2]]
    with requests.Session() as session:
        session.headers["X-AppSecretToken"] = config["app_secret_token"]
        session.headers["X-AgreementGrantToken"] = config["agreement_grant_token"]
        for records in listing(session, config):
            lines = (
                _encode({"type": "RECORD", "stream": listing.__name__, "record": record})
                for record in records
            )
            sys.stdout.buffer.write(b"\n".join(lines) + b"\n")


if __name__ == "__main__":
    main()
