"""Where the tap steps around the SDK as a whole, and why.

What it steps around for a stream is in ``stream.py`` and ``encoder.py``; tests/singer/test_sdk.py
notices when a name that is used changes.
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

# At DEBUG it tells what a filter makes of each record, which may be a part of it.
logging.getLogger("singer_sdk.mapper").setLevel(logging.INFO)

_SDK = str(Path(singer_sdk.__file__).parent)


def keep_details_for_debug() -> None:
    """Drop what the SDK logs at INFO of each step, stream and request, unless at DEBUG.

    Metrics stay where a configuration of logging (``SINGER_SDK_LOG_CONFIG``) names their logger.
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


def let_hashes_take_null(mapper: PluginMapper) -> None:
    """Let ``md5`` and ``sha256`` in stream maps return null for null, as SQL's do."""
    for stream_map in itertools.chain.from_iterable(mapper.stream_maps.values()):
        if isinstance(stream_map, CustomStreamMap):
            functions = stream_map.expr_evaluator.functions
            for name in ("md5", "sha256"):
                functions[name] = _null_for_null(functions[name])


def _null_for_null(digest: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else digest(text)
