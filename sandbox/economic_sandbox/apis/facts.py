"""What is known of each endpoint of the two APIs, read from ``facts.json``."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import typing as t
from importlib import resources

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# The inventory has the classic API's types, but its operators only where they are refused: enums
# take two. That $like wants a text, and that no other type refuses an operator, is assumed.
COMPARISONS = frozenset({"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"})
CLASSIC_OPERATORS = {"enum": frozenset({"eq", "ne"}), "string": COMPARISONS | {"like"}}

NO_NAMES: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Property:
    """A property that a listing filters by.

    Attributes:
        type: enum, date, date-time, string, boolean, integer or number.
        operators: The operators that the server takes, without ``$`` and ``:``.
        members: An enum's numbers by what a filter may call them; empty for an open set.
        in_matches_texts: Whether ``$in`` finds texts; the classic API answers, and finds none.
    """

    type: str
    operators: frozenset[str]
    members: Mapping[str, int] = dataclasses.field(default_factory=dict)
    in_matches_texts: bool = True


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """What the server makes of one endpoint.

    Attributes:
        path: The path as the vendor spells it, below the host or the service's version.
        shape: cursor, paged, count, array, single or binary; empty for the classic API.
        of: The path of the listing that is paged through or counted.
        keys: The properties that make a row unique.
        filterable: The properties that filter.
        sortable: The properties that sort.
        default_sort: The order of a listing that is asked for none.
        crashes: The operators that end in a 500, by property; ``*`` stands for all, ``null`` for
            ``$eq:$null:``.
        sort_crashes: The properties to sort by that end in a 500.
        sent_when_false: The booleans that are answered when false.
        roles: The app roles that may read it; empty where any may.
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
    """The classic API's endpoints by `pattern` of their path."""
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
    """The endpoints of an OpenAPI service, whose name is compared without case."""
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
    """A path without the names of its placeholders, to compare paths by."""
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
