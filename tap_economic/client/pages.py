"""A decoded page of a listing."""

from __future__ import annotations

import typing as t
from operator import itemgetter

import msgspec

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

    from tap_economic.records.rows import AnyRecord

Getter: t.TypeAlias = t.Callable[..., t.Callable[[t.Any], t.Any]]
Query: t.TypeAlias = dict[str, str]
"""The query parameters of a request."""


class Page(msgspec.Struct):
    """One decoded response of a listing.

    Attributes:
        records: The records, in the API's order; after normalisation, those that can be sent.
        successor: The link (classic REST) or cursor (OpenAPI) of the next page; None on the last.
        count: The API's row count for the request's filter, if the page includes it.
        has_unstorable: Whether the body contains a character that databases reject.
        new_members: Unknown members of the envelope.
        size: How many records the API sent.
        getter: Factory of fast property getters: ``attrgetter`` for typed rows, ``itemgetter`` for
            other records.
        json: The JSON of each record, if it can be sent as the API sent it; else empty.
    """

    records: list[AnyRecord]
    successor: str | None = None
    count: int | None = None
    has_unstorable: bool = False
    new_members: frozenset[str] = frozenset()
    size: int = 0
    getter: Getter = itemgetter
    json: Sequence[Buffer] = ()
