"""Workarounds for the SDK as a whole.

Those for streams are in ``stream.py`` and ``encoder.py``. tests/singer/test_sdk.py guards the
private names that are used.
"""

from __future__ import annotations

import itertools
import logging
import typing as t
from pathlib import Path

import singer_sdk
from singer_sdk.mapper import CustomStreamMap
from singer_sdk.metrics import get_metrics_logger

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.mapper import PluginMapper

# At DEBUG it logs the result of a filter for each record, which may be part of the record.
logging.getLogger("singer_sdk.mapper").setLevel(logging.INFO)

_SDK = str(Path(singer_sdk.__file__).parent)


def quiet_sdk_logging() -> None:
    """Drop the SDK's INFO records about each step, stream and request, unless at DEBUG.

    Metrics are kept if a logging configuration (``SINGER_SDK_LOG_CONFIG``) sets up their logger.
    """
    root, metrics = logging.getLogger(), get_metrics_logger()
    if root.isEnabledFor(logging.DEBUG):
        return
    wants_metrics = bool(metrics.level or metrics.handlers)

    def is_wanted(record: logging.LogRecord) -> bool:
        is_detail = record.levelno == logging.INFO and record.pathname.startswith(_SDK)
        return not is_detail or (wants_metrics and record.name == metrics.name)

    for handler in root.handlers:
        handler.addFilter(is_wanted)


def make_hashes_null_safe(mapper: PluginMapper) -> None:
    """Make ``md5`` and ``sha256`` in stream maps return null for null, as in SQL."""
    for stream_map in itertools.chain.from_iterable(mapper.stream_maps.values()):
        if isinstance(stream_map, CustomStreamMap):
            functions = stream_map.expr_evaluator.functions
            for name in ("md5", "sha256"):
                functions[name] = _null_for_null(functions[name])


def _null_for_null(digest: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else digest(text)
