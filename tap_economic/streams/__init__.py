"""The streams, one module per domain, in the order in which a run reads them."""

from __future__ import annotations

import typing as t

from tap_economic.singer.stream import EconomicStream
from tap_economic.streams import (
    agreement,
    customers,
    dimensions,
    files,
    ledger,
    products,
    projects,
    sales,
    subscriptions,
    suppliers,
    webhooks,
)

if t.TYPE_CHECKING:
    from types import ModuleType

_DOMAINS = (
    agreement,
    ledger,
    dimensions,
    customers,
    suppliers,
    products,
    sales,
    projects,
    subscriptions,
    webhooks,
)


def _declared_in(domain: ModuleType) -> list[type[EconomicStream]]:
    """Return the streams of a module, in order of declaration."""
    return [
        stream
        for stream in vars(domain).values()
        if isinstance(stream, type)
        and issubclass(stream, EconomicStream)
        and stream.__module__ == domain.__name__
    ]


STREAMS = tuple(stream for domain in _DOMAINS for stream in _declared_in(domain))
FILE_STREAMS = tuple(_declared_in(files))
"""The streams that write files; their rows describe these, and are read after all others."""
