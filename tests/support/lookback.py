"""Bookmarks with a lookback of a few rows, as suits small books."""

from __future__ import annotations

import dataclasses
import typing as t

from tap_economic.replication.incremental import Incremental
from tap_economic.streams import FILE_STREAMS, STREAMS

if t.TYPE_CHECKING:
    import pytest


def shorten_lookback(patch: pytest.MonkeyPatch, rows: int) -> None:
    """Give all bookmarks a lookback of so many rows."""
    for stream in (*STREAMS, *FILE_STREAMS):
        if isinstance(stream.replication, Incremental):
            shorter = dataclasses.replace(stream.replication, lookback=rows)
            patch.setattr(stream, "replication", shorter)
