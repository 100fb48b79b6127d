"""What can go wrong, each in one sentence for people.

No message carries a token, a response body or personal data: only names, numbers and, for an
answer of the API, its own words about the request.
"""

from __future__ import annotations

import requests
from singer_sdk import exceptions as sdk
from singer_sdk.exceptions import ConfigurationError, FatalAPIError, RetriableAPIError

from tap_economic.network_errors import why_unanswered
from tap_economic.sanitize import plain


class SettingsError(ConfigurationError):
    """A setting that the tap cannot work with."""


class AgreementRefusedError(FatalAPIError):
    """e-conomic refuses the tokens of an agreement (401)."""


class AccessDeniedError(FatalAPIError):
    """The app's role or the agreement's modules do not cover a resource (403)."""


class NotFoundError(FatalAPIError):
    """The resource is not there (404): a document may vanish between list and detail."""


class RequestRejectedError(FatalAPIError):
    """e-conomic refuses the request as it is (400, 405, 409 ..., or a redirect)."""


class TooManyRequestsError(FatalAPIError):
    """The budget is used up (429)."""

    def __init__(self, wait: float) -> None:
        """Keep how long to wait.

        Args:
            wait: Seconds until the next try makes sense.
        """
        super().__init__(
            "e-conomic still answers 429: other programs use up the agreement's call budget"
        )
        self.wait = wait


class UnansweredError(FatalAPIError):
    """A request that was tried as often as makes sense, and never answered as it should be."""


class PagingError(FatalAPIError):
    """A listing whose pages do not add up: a loop, a repeated cursor, keys out of order."""


class MistypedValueError(FatalAPIError):
    """A value that cannot become the declared type without loss."""


class IncompleteError(FatalAPIError):
    """A stream that was read to its end, but not everything that is there could be sent."""


class MappingError(FatalAPIError):
    """A record to which the user's stream map cannot be applied."""


class HeldBackError(FatalAPIError):
    """A request that the tap must never send."""


class StoppedBySignal(BaseException):
    """SIGINT or SIGTERM came: no stream's failure, so nothing that handles one may catch it."""

    def __init__(self, number: int) -> None:
        """Note which signal it was."""
        super().__init__(number)
        self.number = number


class OutputClosed(BaseException):
    """Nothing can be written to stdout any more: the target stopped, or the disk is full."""


# What the SDK says of settings and catalogs before a record was read. Its other exceptions may
# quote a record.
_TELLING = (
    ConfigurationError,
    FatalAPIError,
    RetriableAPIError,
    sdk.DiscoveryError,
    sdk.InvalidJSONSchema,
    sdk.MappingError,
)


def user_message(exc: Exception) -> str:
    """Return what an exception means, without what it may quote."""
    if isinstance(exc, requests.RequestException):
        return why_unanswered(exc)
    if isinstance(exc, _TELLING):
        return plain(exc, 1000).rstrip(".")
    return f"an unexpected {type(exc).__name__}; run with TAP_ECONOMIC_LOGLEVEL=debug to see where"
