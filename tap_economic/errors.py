"""Exceptions, and their one-sentence messages for users.

No message contains a token, a response body or personal data: only names, numbers and the API's own
error message.
"""

from __future__ import annotations

import requests
from singer_sdk import exceptions as sdk
from singer_sdk.exceptions import ConfigurationError, FatalAPIError, RetriableAPIError

from tap_economic.network_errors import network_error_message
from tap_economic.sanitize import plain


class SettingsError(ConfigurationError):
    """An invalid setting."""


class AgreementRefusedError(FatalAPIError):
    """e-conomic rejects the tokens of an agreement (401)."""


class AccessDeniedError(FatalAPIError):
    """The app's role or the agreement's modules do not cover a resource (403)."""


class NotFoundError(FatalAPIError):
    """The resource does not exist (404): a document may vanish between list and detail."""


class RequestRejectedError(FatalAPIError):
    """e-conomic rejects the request (400, 405, 409 ..., or a redirect)."""


class TooManyRequestsError(FatalAPIError):
    """The call budget is used up (429)."""

    def __init__(self, wait: float) -> None:
        """Create the error.

        Args:
            wait: Seconds to wait before the next try.
        """
        super().__init__(
            "e-conomic still responds with 429: other programs use up the agreement's call budget"
        )
        self.wait = wait


class RetriesExhaustedError(FatalAPIError):
    """A request that failed on every try."""


class PagingError(FatalAPIError):
    """A listing with inconsistent pages: a loop, a repeated cursor, keys out of order."""


class MistypedValueError(FatalAPIError):
    """A value that cannot be converted to the declared type without loss."""


class IncompleteError(FatalAPIError):
    """A stream that was read to its end, but whose rows are not shown to be complete."""


class FileStoreError(FatalAPIError):
    """The folder or bucket of the setting documents_url cannot be used."""


class MappingError(FatalAPIError):
    """A record to which the user's stream map cannot be applied."""


class BlockedRequestError(FatalAPIError):
    """A request that the guard blocked."""


class StoppedBySignal(BaseException):
    """SIGINT or SIGTERM; not an Exception, so that no handler of stream failures catches it."""

    def __init__(self, number: int) -> None:
        """Create the exception with the signal's number."""
        super().__init__(number)
        self.number = number


class OutputClosed(BaseException):
    """Stdout can no longer be written to: the target stopped, or the disk is full."""


# Exceptions of the tap, and those that the SDK raises for settings and catalogs before a record is
# read. Its other exceptions may quote a record.
_SAFE_TO_QUOTE = (
    ConfigurationError,
    FatalAPIError,
    RetriableAPIError,
    sdk.DiscoveryError,
    sdk.InvalidJSONSchema,
    sdk.MappingError,
)


def user_message(exc: Exception) -> str:
    """Return an exception's message for users, without any data that it may quote."""
    if isinstance(exc, requests.RequestException):
        return network_error_message(exc)
    if isinstance(exc, _SAFE_TO_QUOTE):
        return plain(exc, 1000).rstrip(".")
    return f"an unexpected {type(exc).__name__}; run with TAP_ECONOMIC_LOGLEVEL=debug to see where"
