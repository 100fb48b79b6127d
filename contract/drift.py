"""Compare what the vendor publishes today with what the tap's schemas were made from.

    python -m contract.drift

It prints new versions, endpoints, properties, types and values of enums, and those that are gone.
That is news, not an error: it exits with 1 only if the documents cannot be read.
"""

from __future__ import annotations

import sys
import typing as t

import requests

from contract.published import facts, published
from scripts.generate.output import GenerationError
from scripts.generate.schemas.vendor import Site

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contract.published import Published


def main(site: Site | None = None) -> int:
    """Fetch, compare and print; return the exit status."""
    try:
        differing = list(differences(published(), facts(site or Site())))
    except (GenerationError, requests.RequestException, KeyError, ValueError) as error:
        print(f"The published documents cannot be read: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"- {line}" for line in differing) or "Nothing differs.")
    return 0


def differences(known: Published, new: Published) -> Iterator[str]:
    """Yield what differs, one sentence each."""
    for service, facts_ in known["services"].items():
        today = new["services"][service]
        if today["version"] != facts_["version"]:
            yield f"{service}: {today['version']} is published, {facts_['version']} is known"
        yield from _between(service, dict.fromkeys(facts_["paths"]), dict.fromkeys(today["paths"]))
    for stream, properties in known["records"].items():
        yield from _between(stream, properties, new["records"][stream])


def _between(
    where: str, known: Mapping[str, str | None], new: Mapping[str, str | None]
) -> Iterator[str]:
    for name in sorted(new.keys() - known.keys()):
        yield f"{where}: {name} is new" + (f" ({new[name]})" if new[name] else "")
    for name in sorted(known.keys() - new.keys()):
        yield f"{where}: {name} is gone"
    for name in sorted(known.keys() & new.keys()):
        if known[name] != new[name]:
            yield f"{where}: {name} is {new[name]}, was {known[name]}"


if __name__ == "__main__":
    sys.exit(main())
