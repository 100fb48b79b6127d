"""The retry policy: which failures are tried again, how often, and how long it waits between.

- A response of 5xx, a 200 whose body is cut short or malformed, and a connection that fails or
  times out are tried five times. The waits are those of the SDK: 2, 4, 8 and 16 seconds, each with
  up to one more second at random.
- A 429 is no try: the call budget of the agreement waits (``budget.py``), at most 15 minutes.
- Any other response is final, above all 401, 403 and 404.
"""

from __future__ import annotations

import typing as t

import backoff
import requests
from singer_sdk.exceptions import RetriableAPIError

from tap_economic.errors import UnansweredError, user_message

if t.TYPE_CHECKING:
    import logging
    from collections.abc import Callable

    from backoff.types import Details

T = t.TypeVar("T")

TRIES = 5
"""How often a request is sent before its stream fails."""
TRANSIENT = (
    RetriableAPIError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.Timeout,
)
"""Failures that may pass by themselves."""


def retrying(send: Callable[[], T], logger: logging.Logger) -> T:
    """Return what a request returns, retried by the policy.

    Args:
        send: Sends the request, and reads its response.
        logger: Where each wait is announced.

    Raises:
        UnansweredError: If the last try failed too.
    """

    def announce(details: Details) -> None:
        logger.warning("Retrying in %.0f s: %s.", details.get("wait", 0), _reason(details))

    def give_up(details: Details) -> None:
        msg = f"{_reason(details)}; tried {details['tries']} times"
        raise UnansweredError(msg)

    policy = backoff.on_exception(
        lambda: backoff.expo(factor=2),
        TRANSIENT,
        max_tries=TRIES,
        jitter=backoff.random_jitter,
        on_backoff=announce,
        on_giveup=give_up,
        logger=None,
    )
    return policy(send)()


def _reason(details: Details) -> str:
    return user_message(t.cast("Exception", details.get("exception")))
