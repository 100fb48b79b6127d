"""Splitting a large listing into key ranges."""

from __future__ import annotations

import math
import typing as t

from tap_economic.client import filters

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from tap_economic.client.pages import Page

HIGHEST_KEY = 2**31 - 1
"""Upper bound of the split keys: all integers in the services' OpenAPI documents are int32, and
where classic REST declares the maximum of a key, it is lower."""

_FULL = 1.0
_NEARLY_FULL = 0.9
"""Fill factor of a page if keys are not unique, since the number of rows per key varies."""
_MIN_RANGES = 2
"""Fewest ranges for which a listing is split."""
_MIN_RANGES_FOR_HIGHEST = 10
"""Fewest ranges for which the highest key is requested."""


def after(  # noqa: PLR0913 - the parts of one listing
    first: Page,
    key: str,
    rows: int,
    limit: str | None,
    *,
    unique: bool,
    highest: Callable[[], int | None],
) -> list[str]:
    """Return filters that together match the rows after a listing's first page, in order.

    The width of the ranges is estimated from the first page's keys. The last range has no upper
    bound, so that sparse keys cost time but no rows.

    Args:
        first: The first page.
        key: The integer property that the rows are sorted by.
        rows: The row count of the listing.
        limit: The filter of the listing itself.
        unique: Whether keys are unique; otherwise the first range includes the last key of the
            page, whose rows may continue after it.
        highest: Requests the highest key, or returns None if it is unknown; called if there are
            many ranges.
    """
    last = t.cast("int", first.records[-1][key])
    rest = filters.compare(key, "gt" if unique else "gte", last)
    share = _FULL if unique else _NEARLY_FULL
    number = math.ceil((rows - first.size) / (first.size * share))
    if number < _MIN_RANGES:
        return [filters.both(limit, rest)]
    span = last - t.cast("int", first.records[0][key]) + unique  # a shared last key may continue
    width = max(1, int(span * share))
    top = HIGHEST_KEY
    if number >= _MIN_RANGES_FOR_HIGHEST and (known := highest()) is not None:
        top = min(top, known)
        width = max(1, min(width, math.ceil((top - last) / number)))
    ends = range(last + width, min(last + width * number, top), width)
    begins = [rest, *(filters.compare(key, "gt", end) for end in ends)]
    until = [*(filters.compare(key, "lte", end) for end in ends), None]
    return [
        filters.both(limit, filters.both(begin, end))
        for begin, end in zip(begins, until, strict=True)
    ]
