"""The known facts of each endpoint of both APIs, from ``facts.json``."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import typing as t
from importlib import resources

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# The inventory has the classic API's types, but operators only where they are rejected: enums take
# two. It is assumed that $like needs text, and that no other type rejects an operator.
COMPARISONS = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"})
CLASSIC_OPERATORS = {"enum": frozenset({"eq", "ne"}), "string": COMPARISONS | {"like"}}

NO_NAMES: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Property:
    """A property that a listing can filter by.

    Attributes:
        type: enum, date, date-time, string, boolean, integer or number.
        operators: The accepted operators, without ``$`` and ``:``.
        members: The numbers of an enum by their names in a filter; empty if any value is accepted.
        in_matches_texts: Whether ``$in`` matches text; in the classic API it never does.
    """

    type: str
    operators: frozenset[str]
    members: Mapping[str, int] = dataclasses.field(default_factory=dict)
    in_matches_texts: bool = True


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """The behaviour of an endpoint.

    Attributes:
        path: The path as the vendor spells it, below the host or the service's version.
        shape: cursor, paged, count, array, single or binary; empty for the classic API.
        of: The path of the listing that this endpoint pages or counts.
        keys: The properties of the unique key.
        filterable: The properties that can be filtered by.
        sortable: The properties that can be sorted by.
        default_sort: The order without a ``sort`` parameter.
        crashes: The operators that end in a 500, by property; ``*`` stands for all, ``null`` for
            ``$eq:$null:``.
        sort_crashes: The properties that end in a 500 when sorted by.
        sent_when_false: The booleans that are sent when false.
        roles: The app roles that may read it; empty for all.
        module: The module that the agreement needs.
    """

    path: str
    shape: str = ""
    of: str = ""
    keys: tuple[str, ...] = ()
    filterable: Mapping[str, Property] = dataclasses.field(default_factory=dict)
    sortable: frozenset[str] = NO_NAMES
    default_sort: tuple[str, ...] = ()
    crashes: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    sort_crashes: frozenset[str] = NO_NAMES
    sent_when_false: frozenset[str] = NO_NAMES
    roles: frozenset[str] = NO_NAMES
    module: str | None = None


@functools.cache
def rest_endpoints() -> dict[str, Endpoint]:
    """Return the endpoints of the classic API by the `pattern` of their path."""
    facts = _facts()["rest"]
    always_sent = frozenset(facts["sent_when_false"])
    endpoints = {}
    for path, own in facts["endpoints"].items():
        filterable = {
            name: Property(kind, CLASSIC_OPERATORS.get(kind, COMPARISONS), in_matches_texts=False)
            for name, kind in own.get("filterable", {}).items()
        }
        endpoint = _endpoint(path, own, filterable)
        endpoints[pattern(path)] = dataclasses.replace(
            endpoint, sent_when_false=always_sent | endpoint.sent_when_false
        )
    return endpoints


@functools.cache
def openapi_endpoints(service: str) -> list[Endpoint]:
    """Return the endpoints of an OpenAPI service; its name is case-insensitive."""
    facts = _facts()["openapi"].get(service.lower(), {})
    endpoints = []
    for path, own in facts.items():
        combined = facts.get(own["of"], {}) | own
        filterable = {
            name: Property(
                property_["type"],
                frozenset(property_["operators"].split()),
                property_.get("members", {}),
            )
            for name, property_ in combined.get("filterable", {}).items()
        }
        endpoints.append(_endpoint(path, combined, filterable))
    return endpoints


def pattern(path: str) -> str:
    """Return a path without the names of its placeholders."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@functools.cache
def _facts() -> dict[str, t.Any]:
    text = resources.files(__package__).joinpath("facts.json").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", json.loads(text))


def _endpoint(path: str, own: Mapping[str, t.Any], filterable: Mapping[str, Property]) -> Endpoint:
    return Endpoint(
        path=path,
        shape=own.get("shape", ""),
        of=own.get("of", ""),
        keys=tuple(own.get("keys", ())),
        filterable=filterable,
        sortable=frozenset(own.get("sortable", ())),
        default_sort=tuple(own.get("default_sort", ())),
        crashes={name: frozenset(operators) for name, operators in own.get("crashes", {}).items()},
        sort_crashes=frozenset(own.get("sort_crashes", ())),
        sent_when_false=frozenset(own.get("sent_when_false", ())),
        roles=frozenset(own.get("roles", ())),
        module=own.get("module"),
    )
