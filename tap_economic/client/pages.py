"""A page of a listing, as it came over the wire."""

from __future__ import annotations

import typing as t
from operator import itemgetter

import msgspec

if t.TYPE_CHECKING:
    from tap_economic.records.rows import AnyRecord

Getter: t.TypeAlias = t.Callable[..., t.Callable[[t.Any], t.Any]]
Query: t.TypeAlias = dict[str, str]
"""The parameters of a request."""


class Page(msgspec.Struct):
    """One response of a listing, decoded once.

    Attributes:
        records: The records, in the API's order; after normalising, those that can be sent.
        successor: Where the API says that the listing goes on: a link (classic REST) or a cursor
            (OpenAPI); None on the last page.
        count: How many rows the API counts for the request's filter, where it says so.
        has_unstorable: Whether a character that databases refuse stands somewhere in the body.
        new_members: Members of the envelope that the tap does not know.
        size: How many records the API sent.
        getter: What makes a function that gets a property, or several as a tuple, of each record at
            the speed of C: ``attrgetter`` of typed rows, ``itemgetter`` of others.
    """

    records: list[AnyRecord]
    successor: str | None = None
    count: int | None = None
    has_unstorable: bool = False
    new_members: frozenset[str] = frozenset()
    size: int = 0
    getter: Getter = itemgetter
