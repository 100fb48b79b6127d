"""The retry policy: which failures are retried, how often, and with which backoff.

- A 5xx response, a 200 with a truncated or malformed body, and a connection that fails or times out
  are tried five times. The backoff is that of the SDK: 2, 4, 8 and 16 seconds, each with up to one
  second of jitter.
- A 429 does not count as a try: the call budget of the agreement waits (``budget.py``), at most 15
  minutes.
- Any other response is final, notably 401, 403 and 404.
"""

from __future__ import annotations

import typing as t

import backoff
import requests
from singer_sdk.exceptions import RetriableAPIError

from tap_economic.errors import RetriesExhaustedError, user_message

if t.TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from backoff.types import Details

T = t.TypeVar("T")

MAX_TRIES = 5
"""Number of tries before the stream fails."""
TRANSIENT = (
    RetriableAPIError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.Timeout,
)
"""Transient failures, which are retried."""


def retrying(send: Callable[[], T], logger: logging.Logger) -> T:
    """Send a request, retried by the policy, and return its result.

    Args:
        send: Sends the request, and decodes its response.
        logger: Logs each retry.

    Raises:
        RetriesExhaustedError: If the last try failed too.
    """

    def announce(details: Details) -> None:
        logger.warning("Retrying in %.0f s: %s.", details.get("wait", 0), _reason(details))

    def give_up(details: Details) -> None:
        msg = f"{_reason(details)}; gave up after {details['tries']} tries"
        raise RetriesExhaustedError(msg)

    policy = backoff.on_exception(
        lambda: backoff.expo(factor=2),
        TRANSIENT,
        max_tries=MAX_TRIES,
        jitter=backoff.random_jitter,
        on_backoff=announce,
        on_giveup=give_up,
        logger=None,
    )
    return policy(send)()


def _reason(details: Details) -> str:
    return user_message(t.cast("Exception", details.get("exception")))
