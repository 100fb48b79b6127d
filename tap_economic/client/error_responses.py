"""Error responses of both APIs, mapped to exceptions.

Classic REST sends ``message``, ``developerHint``, ``errorCode`` and ``logId``; the OpenAPI services
send problem+json with ``title``, ``detail``, ``errorCode`` and ``traceId``. The rest of a body is
never quoted: it may contain customer data.
"""

from __future__ import annotations

import typing as t
from http import HTTPStatus

import msgspec
from singer_sdk.exceptions import RetriableAPIError

from tap_economic.client.budget import wait_after
from tap_economic.errors import (
    AccessDeniedError,
    AgreementRefusedError,
    NotFoundError,
    RequestRejectedError,
    TooManyRequestsError,
)
from tap_economic.sanitize import plain

if t.TYPE_CHECKING:
    import requests

# A missing module is not always a 403: the status of these two error codes is undocumented
# (dimensionsapi, table of error codes).
_MODULE_IS_OFF = frozenset({"DimensionIncorrectModule", "DimensionIncorrectPackageLevel"})


class _ErrorBody(msgspec.Struct, rename="camel"):
    """The members of both error formats that are safe to quote."""

    message: str | None = None
    title: str | None = None
    detail: str | None = None
    error_code: str | None = None
    log_id: str | None = None
    trace_id: str | None = None


def raise_for_status(response: requests.Response) -> None:
    """Raise the exception for a response other than 200.

    Raises:
        AgreementRefusedError: On 401.
        AccessDeniedError: On 403, or if the agreement lacks a module.
        NotFoundError: On 404.
        TooManyRequestsError: On 429.
        RetriableAPIError: On 5xx.
        RequestRejectedError: On any other status.
    """
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooManyRequestsError(wait_after(response))
    body = _body_of(response)
    message = _message_of(status, body)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RetriableAPIError(message, response)
    if status == HTTPStatus.UNAUTHORIZED:
        msg = (
            "e-conomic rejects the tokens: check the settings app_secret_token and "
            f"agreement_grant_token, and whether the grant was revoked ({message})"
        )
        raise AgreementRefusedError(msg)
    if status == HTTPStatus.FORBIDDEN or body.error_code in _MODULE_IS_OFF:
        raise AccessDeniedError(message)
    if status == HTTPStatus.NOT_FOUND:
        raise NotFoundError(message)
    raise RequestRejectedError(message)


def _body_of(response: requests.Response) -> _ErrorBody:
    try:
        return msgspec.json.decode(response.content, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _ErrorBody()


def _message_of(status: int, body: _ErrorBody) -> str:
    text = body.message or " ".join(part for part in (body.title, body.detail) if part)
    ids = [
        f"{label} {plain(value, 100)}"
        for label, value in (
            ("errorCode", body.error_code),
            ("logId", body.log_id),
            ("traceId", body.trace_id),
        )
        if value
    ]
    sentence = f"e-conomic responded with {status}"
    if text:
        sentence += f": {plain(text)}"
    return f"{sentence} ({', '.join(ids)})" if ids else sentence
