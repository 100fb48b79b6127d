"""Splitting a large listing into ranges of its key."""

from __future__ import annotations

import math
import typing as t

from tap_economic.client import filters

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tap_economic.client.pages import Page

HIGHEST_KEY = 2**31 - 1
"""Beyond it no key is asked for: all integers of the services' OpenAPI documents are int32, and
where classic REST declares the maximum of a key, it is lower."""

_FULL = 1.0
_NEARLY_FULL = 0.9
"""How much of a page a range should fill: where rows share a key, their number varies."""
_FEWEST = 2
"""How many ranges are worth the trouble."""
_MANY = 10
"""How many ranges are worth a call that tells the highest key."""


def after(  # noqa: PLR0913 - what one listing is
    first: Page,
    key: str,
    rows: int,
    limit: str | None,
    *,
    unique: bool,
    highest: Callable[[], int | None],
) -> list[str]:
    """Return the filters that together find what follows a listing's first page, in order.

    The ranges are as wide as the first page's keys suggest; the last one has no upper end, so that
    keys which lie far apart cost time, but no row.

    Args:
        first: The first page.
        key: An integer property in whose order the rows come.
        rows: How many rows the listing has.
        limit: The filter of the listing itself.
        unique: Whether no two rows share a key; otherwise the first range begins with the last
            key again, whose rows may go on after the page.
        highest: Asks for the highest key, or tells that it is not known; called where there are
            many ranges.
    """
    last = t.cast("int", first.records[-1][key])
    beyond = filters.compare(key, "gt" if unique else "gte", last)
    share = _FULL if unique else _NEARLY_FULL
    number = math.ceil((rows - first.size) / (first.size * share))
    if number < _FEWEST:
        return [filters.both(limit, beyond)]
    span = last - t.cast("int", first.records[0][key]) + unique  # a shared last key goes on
    width = max(1, int(span * share))
    top = HIGHEST_KEY
    if number >= _MANY and (known := highest()) is not None:
        top = min(top, known)
        width = max(1, min(width, math.ceil((top - last) / number)))
    ends = range(last + width, min(last + width * number, top), width)
    begins = [beyond, *(filters.compare(key, "gt", end) for end in ends)]
    until = [*(filters.compare(key, "lte", end) for end in ends), None]
    return [
        filters.both(limit, filters.both(begin, end))
        for begin, end in zip(begins, until, strict=True)
    ]
