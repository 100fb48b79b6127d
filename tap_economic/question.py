"""What a run asks of a stream, settled before the first request."""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing as t

from tap_economic import filters

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from singer_sdk.helpers.types import Context

Key: t.TypeAlias = "int | str"


@dataclasses.dataclass(frozen=True)
class Question:
    """What to read of one agreement.

    Attributes:
        context: The agreement, and the keys of the path's placeholders.
        limit: The filter that every request carries, such as a start date.
        since: The bookmark from which new rows are read; None reads from the beginning.
        passed: How many rows the tap itself has seen up to the bookmark.
        open_items: The open items up to the bookmark, by key, with what remained.
        start: The day from which on updates are read; empty where that has no limit.
        read_before: Whether an earlier run has read the stream for this agreement.
        discards: Whether the bookmark of an earlier run is given up.
    """

    context: Context
    limit: str | None = None
    since: Key | None = None
    passed: int = 0
    open_items: Mapping[Key, t.Any] = dataclasses.field(default_factory=dict)
    start: str = ""
    read_before: bool = False
    discards: bool = False

    def narrowed(self, expression: str) -> str:
        """Return the filter that holds where the limit and another one do."""
        return filters.both(self.limit, expression)

    def at(self, **keys: Key) -> Question:
        """Return the same question about a place of the path."""
        return dataclasses.replace(self, context={**self.context, **keys})

    def from_the_beginning(self) -> Question:
        """Return the question that reads all rows again."""
        return dataclasses.replace(self, since=None, passed=0)


def order_of(key: Key) -> t.Any:  # noqa: ANN401 - ordered among its own kind
    """Return what a key is compared by.

    .NET leaves trailing zeros of a second's fraction out, and as texts ``.12Z`` comes after
    ``.123Z``.
    """
    if not isinstance(key, str):
        return key
    instant = key.removesuffix("Z")
    return instant.rstrip("0").rstrip(".") if "." in instant else instant


def day_before(instant: str) -> str:
    """Return the day before an instant.

    Whether a filter takes a time of day, and in which zone, is not known for every service; a day
    before it is safe.
    """
    return (dt.date.fromisoformat(instant[:10]) - dt.timedelta(days=1)).isoformat()
