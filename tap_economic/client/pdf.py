"""PDF files in responses: the check that one is there, and whole.

Only a little is known of the endpoints: a PDF comes as ``application/pdf`` and begins with ``%PDF``
(public demo agreement, October 2026), and 404 is documented where there is none. How e-conomic
responds while it still renders a PDF is not documented. So whatever is not a whole PDF is requested
again, and never taken for one.
"""

from __future__ import annotations

import typing as t
from http import HTTPStatus

from singer_sdk.exceptions import RetriableAPIError

from tap_economic.client.error_responses import raise_for_status
from tap_economic.errors import RequestRejectedError

if t.TYPE_CHECKING:
    import requests

MEDIA_TYPE = "application/pdf"
# Not compressed, because a compressed body that is cut short may decompress without an error.
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}
MAX_BYTES = 64 << 20
"""The largest file that is read, which is held in memory; e-conomic takes uploads of 9 MB."""

_CHUNK = 1 << 18
_MARGIN = 1024
"""Readers of PDF look for its first and last marker within so many bytes of either end."""


def receive(response: requests.Response, *, retry_not_found: bool) -> bytes:
    """Return the PDF in a response.

    Args:
        response: The response, whose body is not read yet.
        retry_not_found: Whether a 404 may mean that the PDF is not rendered yet.

    Raises:
        RetriableAPIError: If the response is not a whole PDF, but may be one later.
        RequestRejectedError: If the file is too large.
        FatalAPIError: As documented for ``raise_for_status``.
    """
    status = response.status_code
    later = {HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}
    if status in later or (retry_not_found and status == HTTPStatus.NOT_FOUND):
        msg = f"e-conomic responded with {status}: the PDF is not there yet"
        raise RetriableAPIError(msg, response)
    if status != HTTPStatus.OK:
        raise_for_status(response)
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            msg = f"the file is larger than {MAX_BYTES >> 20} MB"
            raise RequestRejectedError(msg)
    if not is_pdf(body):
        what = "is not a PDF" if body else "is empty"
        msg = f"e-conomic responded with 200, but the body {what}"
        raise RetriableAPIError(msg, response)
    if not (_is_delimited(response) or b"%%EOF" in body[-_MARGIN:]):
        msg = "e-conomic responded with a PDF that breaks off"
        raise RetriableAPIError(msg, response)
    return bytes(body)


def is_pdf(content: bytes | bytearray) -> bool:
    """Return whether a file begins as a PDF does."""
    return b"%PDF-" in content[:_MARGIN]


def _is_delimited(response: requests.Response) -> bool:
    """Return whether a body that was cut short would have raised an error."""
    headers = response.headers
    return "Content-Encoding" not in headers and (
        "Content-Length" in headers or "Transfer-Encoding" in headers
    )
