"""Webhooks."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIArrayStream, OpenAPIStream


class WebhooksStream(OpenAPIStream):
    """The webhooks of the agreement, without their headers, which may contain secrets."""

    name = "webhooks"
    service = "webhooksapi"
    path = "/webhooks"
    primary_keys = ("agreementNumber", "eventType")
    withheld = ("customHeaders",)
    roles = ("SuperUser",)
    selected_by_default = False


class WebhookEventTypesStream(OpenAPIArrayStream):
    """The event types that a webhook can subscribe to."""

    name = "webhook_event_types"
    service = "webhooksapi"
    path = "/EventTypes"
    primary_keys = ("agreementNumber", "name")
    selected_by_default = False
