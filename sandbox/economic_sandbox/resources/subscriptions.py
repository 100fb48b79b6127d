"""Subscriptions, as the OpenAPI service subscriptionsapi lists them."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import own_names

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row


def subscriptions(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the subscriptions."""
    return [own_names(subscription) for subscription in company.subscriptions.values()]


def subscription_lines(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the lines of all subscriptions."""
    lines = company.subscription_lines.values()
    rows = [own_names(line) for line in lines]
    return sorted(rows, key=lambda row: (int(row["subscriptionNumber"]), int(row["number"])))


def subscribers(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the subscribers."""
    return [own_names(subscriber) for subscriber in company.subscribers.values()]


_SERVICE = "subscriptionsapi"
RESOURCES = (
    Resource(_SERVICE, "/Subscriptions", subscriptions, ("number",)),
    Resource(_SERVICE, "/subscriptionlines", subscription_lines, ("subscriptionNumber", "number")),
    Resource(_SERVICE, "/Subscribers", subscribers, ("number",)),
)
