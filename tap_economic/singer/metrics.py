"""The SDK's HTTP request metric, for requests that the tap's own client sends."""

from __future__ import annotations

import typing as t
from http import HTTPStatus

from singer_sdk import metrics

from tap_economic.client.http import AGREEMENT

if t.TYPE_CHECKING:
    import requests

    from tap_economic.client.credentials import Agreement
    from tap_economic.client.listing import Listing

_logger = metrics.get_metrics_logger()


def log_request(agreement: Agreement, listing: Listing, response: requests.Response) -> None:
    """Log the duration of a request (``http_request_duration``, in seconds)."""
    succeeded = response.status_code < HTTPStatus.BAD_REQUEST
    tags: dict[str, t.Any] = {
        metrics.Tag.STREAM: listing.name,
        metrics.Tag.ENDPOINT: listing.path,
        metrics.Tag.HTTP_STATUS_CODE: response.status_code,
        metrics.Tag.STATUS: metrics.Status.SUCCEEDED if succeeded else metrics.Status.FAILED,
        metrics.Tag.CONTEXT: {AGREEMENT: agreement.number, **listing.path_keys},
    }
    duration = response.elapsed.total_seconds()
    metrics.log(
        _logger, metrics.Point("timer", metrics.Metric.HTTP_REQUEST_DURATION, duration, tags)
    )
