"""Subscriptions, their lines and their subscribers."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIStream
from tap_economic.streams.roles import SALES


class SubscriptionsStream(OpenAPIStream):
    """The subscriptions."""

    name = "subscriptions"
    service = "subscriptionsapi"
    path = "/Subscriptions"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = SALES
    module = "Subscription"


class SubscriptionLinesStream(OpenAPIStream):
    """The lines of all subscriptions."""

    name = "subscription_lines"
    service = "subscriptionsapi"
    path = "/subscriptionlines"
    primary_keys = ("agreementNumber", "subscriptionNumber", "number")
    roles = SALES
    module = "Subscription"


class SubscribersStream(OpenAPIStream):
    """The subscribers, with the period of each subscription."""

    name = "subscribers"
    service = "subscriptionsapi"
    path = "/Subscribers"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = SALES
    module = "Subscription"
