"""Errors, and their bodies in each API."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

NOT_AUTHORIZED = "The tokens are wrong, or the agreement has revoked the grant."

RFC_9110 = "https://tools.ietf.org/html/rfc9110#section-15."


class Problem(t.NamedTuple):
    """The problem details of a status; only those of 404 are recorded."""

    type: str
    title: str
    code: str


PROBLEMS = {
    400: Problem(f"{RFC_9110}5.1", "Bad request.", "BadRequest"),
    401: Problem(f"{RFC_9110}5.2", "Unauthorized access.", "Unauthorized"),
    403: Problem(f"{RFC_9110}5.4", "Access forbidden.", "Forbidden"),
    404: Problem(f"{RFC_9110}5.5", "Resource not found.", "ResourceNotFound"),
    405: Problem(f"{RFC_9110}5.6", "Method not allowed.", "MethodNotAllowed"),
    429: Problem(
        "https://tools.ietf.org/html/rfc6585#section-4", "Too many requests.", "TooManyRequests"
    ),
    500: Problem(f"{RFC_9110}6.1", "Internal server error.", "InternalServerError"),
}


@dataclasses.dataclass
class ApiError(Exception):
    """An error response of an API.

    Attributes:
        status: The HTTP status.
        message: The message, a sentence.
        code: The API's own error code, if it has one.
        title: The title in the OpenAPI services; if empty, that of the status.
        hint: The classic API's hint to developers.
        errors: The individual errors.
        members: Further members of the classic body.
    """

    status: int
    message: str
    code: str | None = None
    title: str = ""
    hint: str = "The documentation of the API says more."
    errors: tuple[str, ...] = ()
    members: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        """Return the message."""
        return self.message


def server_error() -> ApiError:
    """Return the error of a server that crashed."""
    return ApiError(500, "The request crashed in the server.")


def classic_body(error: ApiError, request_id: str) -> dict[str, t.Any]:
    """Return the body of the classic REST API, with the recorded members."""
    body: dict[str, t.Any] = {"message": error.message}
    if error.code:
        body["errorCode"] = error.code
    body |= {"developerHint": error.hint, "logId": request_id, "httpStatusCode": error.status}
    if error.errors:
        body["errors"] = list(error.errors)
    return body | {"logTime": _now()} | error.members


def problem_body(error: ApiError, request_id: str) -> dict[str, t.Any]:
    """Return the ``application/problem+json`` body, with the recorded members."""
    problem = PROBLEMS[error.status]
    code = error.code or problem.code
    return {
        "type": problem.type,
        "title": error.title or problem.title,
        "status": error.status,
        "detail": error.message,
        "errors": [{"message": message, "errorCode": code} for message in error.errors],
        "traceId": request_id,
        "traceTimeUtc": _now(),
        "errorCode": code,
    }


def _now() -> str:
    """Return the time in UTC; both APIs leave out the zone."""
    return datetime.datetime.now(tz=datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
