"""Facts about records: types, forms of values, booleans that are left out, rows that stay."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from contract.asking import member
from contract.kinds.listings import has_type
from contract.probe import UnanswerableError, contradict, masked

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contract.asking import Asker, Json, Listing, Row

    Schema: t.TypeAlias = Mapping[str, t.Any]

# OpenAPI services send days as midnights. Instants come in UTC, or without a zone.
FORMATS = {
    "date": r"\d{4}-\d\d-\d\d(T00:00:00)?",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
}


@dataclasses.dataclass(frozen=True, eq=False)
class Typed:
    """All properties of a listing's records have the types of the tap's schema.

    Attributes:
        listing: The first page.
        schema: The schema of a record.
        keys: The properties that each record has, dots for nested ones.
        values: The published values of enums, by dotted name.
        otherwise: The types of properties that come otherwise than declared.
    """

    listing: Listing
    schema: Schema
    keys: tuple[str, ...]
    values: Mapping[str, Sequence[int]] = dataclasses.field(default_factory=dict)
    otherwise: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def check(self, ask: Asker) -> list[str]:
        """Ask; undeclared properties and unknown values of enums are returned."""
        notes: set[str] = set()
        for row in ask.some_rows(self.listing):
            for key in self.keys:
                if member(row, key) is None:
                    contradict(f"a key {key}", "a record without it")
            notes |= set(self._notes(row, self.schema, ""))
        return sorted(notes)

    def _notes(self, value: Json, schema: Schema, path: str) -> Iterator[str]:
        """Yield what is new in a value.

        Raises:
            ContradictedError: If it has another type.
        """
        kinds = [kind for kind in _listed(schema["type"]) if kind != "null"]
        if value is None and path:
            return
        if not any(has_type(value, kind) for kind in kinds):
            contradict(f"{path} of type {' or '.join(kinds)}", masked(value))
        if isinstance(value, dict):
            for name, content in value.items():
                below = f"{path}.{name}".lstrip(".")
                declared = schema.get("properties", {}).get(name)
                if below in self.otherwise:
                    if not has_type(content, self.otherwise[below]):
                        expected = f"{below} of type {self.otherwise[below]}"
                        contradict(expected, masked(content))
                elif declared is None:
                    yield f"undeclared property {below}"
                else:
                    yield from self._notes(content, declared, below)
        elif isinstance(value, list):
            for item in value:
                yield from self._notes(item, schema["items"], path)
        else:
            yield from self._notes_on_leaf(value, schema, path)

    def _notes_on_leaf(self, value: Json, schema: Schema, path: str) -> Iterator[str]:
        pattern = FORMATS.get(schema.get("format", ""))
        if pattern and not re.fullmatch(pattern, value):
            contradict(f"{path} as a {schema['format']}", masked(value))
        if path in self.values and value not in self.values[path]:
            shown = value if isinstance(value, int) else masked(value)
            yield f"{path} has the value {shown}, which is not published"


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds


@dataclasses.dataclass(frozen=True)
class NeverFalse:
    """A boolean is left out where it is false."""

    listing: Listing
    property: str

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        values = [member(row, self.property) for row in ask.some_rows(self.listing)]
        if False in values:
            contradict(f"{self.property} left out where it is false", "false")
        if None not in values:
            msg = f"{self.property} is true in all rows of {self.listing.get.path}"
            raise UnanswerableError(msg)
        return []


@dataclasses.dataclass(frozen=True)
class SentWhenFalse:
    """A boolean is sent where it is false."""

    listing: Listing
    property: str

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        values = [member(row, self.property) for row in ask.some_rows(self.listing)]
        if None in values:
            contradict(f"{self.property} in each row", "a row without it")
        if False not in values:
            msg = f"{self.property} is true in all rows of {self.listing.get.path}"
            raise UnanswerableError(msg)
        return []


@dataclasses.dataclass(frozen=True)
class NoFalse:
    """No property of any record is false, at any depth."""

    listing: Listing

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        for row in ask.some_rows(self.listing):
            for path in _falsehoods(row):
                contradict("false booleans left out", f"{path} with the value false")
        return []


def _falsehoods(value: Json, path: str = "") -> Iterator[str]:
    if value is False:
        yield path
    elif isinstance(value, dict):
        for name, content in value.items():
            yield from _falsehoods(content, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for item in value:
            yield from _falsehoods(item, path)


@dataclasses.dataclass(frozen=True)
class FormOf:
    """The values of a property have a form."""

    listing: Listing
    property: str
    pattern: str

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        for value in present(ask, self.listing, self.property):
            if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
                contradict(f"{self.property} as {self.pattern}", masked(value))
        return []


@dataclasses.dataclass(frozen=True)
class OneOf:
    """The values of a property are among those known."""

    listing: Listing
    property: str
    known: frozenset[str] | frozenset[int]

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        for value in present(ask, self.listing, self.property):
            if value not in self.known:
                contradict(f"a known {self.property}", masked(value))
        return []


@dataclasses.dataclass(frozen=True)
class Without:
    """No row of a listing has a property, or none has anything in it."""

    listing: Listing
    property: str

    def check(self, ask: Asker) -> list[str]:
        """Ask."""
        if any(member(row, self.property) for row in ask.some_rows(self.listing)):
            contradict(f"rows without {self.property}", "a row with it")
        return []


@dataclasses.dataclass(frozen=True)
class SameByKey:
    """A row is the same in a listing and when it is asked for by its key.

    Attributes:
        listing: The listing.
        key: The property that is its key.
    """

    listing: Listing
    key: str

    def check(self, ask: Asker) -> list[str]:
        """Ask twice."""
        row = ask.some_rows(self.listing)[-1]
        again = ask.rows(self.listing.where(filter=f"{self.key}$eq:{member(row, self.key)}"))
        if len(again) != 1:
            contradict("one row by its key", f"{len(again)} rows")
        differing = sorted(_changed(row, again[0]))
        if differing:
            contradict("the same row again", f"changes in {', '.join(differing)}")
        return []


def _changed(before: Row, after: Row) -> set[str]:
    """Return the properties that differ."""
    names = before.keys() | after.keys()
    return {name for name in names if before.get(name) != after.get(name)}


def present(ask: Asker, listing: Listing, name: str) -> list[Json]:
    """Return the values of a property that is present.

    Raises:
        UnanswerableError: If no row has it.
    """
    every = (member(row, name) for row in ask.some_rows(listing))
    values = [value for value in every if value is not None]
    if not values:
        msg = f"no row of {listing.get.path} has {name}"
        raise UnanswerableError(msg)
    return values
