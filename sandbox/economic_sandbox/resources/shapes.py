"""The formats of both APIs: links, references, dates, versions."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hashlib
import typing as t
import urllib.parse

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row

REST_ROOT = "https://restapi.e-conomic.com"

# The escapes of special characters in self links, from the vendor's REST documentation.
_ENCODED = {character: f"_{number}_" for number, character in enumerate("<>*%:&/\\_ ?.#+")}


@functools.lru_cache(maxsize=50_000)
def encoded(segment: str) -> str:
    """Encode a segment of a link's path: ``2023/2024`` is ``2023_6_2024``."""
    return "".join(
        _ENCODED.get(character) or urllib.parse.quote(character, safe="") for character in segment
    )


def link(*segments: str | int) -> str:
    """Return a link of the classic REST API."""
    parts = (encoded(segment) if isinstance(segment, str) else str(segment) for segment in segments)
    return f"{REST_ROOT}/{'/'.join(parts)}"


def reference(collection: str, key: str, value: str | int) -> Row:
    """Refer to another record by its key and its link."""
    return {key: value, "self": link(collection, value)}


def present(**members: object) -> Row:
    """Keep the members that have a value: the APIs omit empty ones and never send null."""
    return {name: value for name, value in members.items() if value is not None}


def midnight(day: datetime.date | None) -> str | None:
    """Format a day as the OpenAPI services do: a time without zone."""
    return None if day is None else f"{day}T00:00:00"


def instant(moment: datetime.datetime) -> str:
    """Format the time of a last change as both APIs do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def versioned(**members: object) -> Row:
    """Add the opaque version of an OpenAPI record, which changes whenever the record does."""
    row = present(**members)
    digest = hashlib.blake2b(repr(row).encode(), digest_size=12).hexdigest()
    return {**row, "objectVersion": digest}


def camel_case(name: str) -> str:
    """Convert a name to the case of the APIs: ``number_of_hours`` is ``numberOfHours``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def own_names(fact: DataclassInstance, **renamed: str) -> Row:
    """Convert a record whose members have the names of the API.

    Args:
        fact: The record.
        renamed: The members that have another name in the API.
    """
    members = {
        renamed.get(field.name) or camel_case(field.name): written(getattr(fact, field.name))
        for field in dataclasses.fields(fact)
    }
    return versioned(**members)


def written(value: object) -> object:
    """Format days and times as the OpenAPI services do; return other values unchanged."""
    if isinstance(value, datetime.datetime):
        return instant(value)
    return midnight(value) if isinstance(value, datetime.date) else value


def single(
    listing: Callable[[Company, Mapping[str, str]], list[Row]], key: str, placeholder: str
) -> Callable[[Company, Mapping[str, str]], Row | None]:
    """Return the resource of a single row: the one whose key is the placeholder's value."""

    def rows(company: Company, values: Mapping[str, str]) -> Row | None:
        wanted = values[placeholder]
        found = (row for row in listing(company, values) if str(row[key]) == wanted)
        return next(found, None)

    return rows
