"""Webhooks."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIArrayStream, OpenAPIStream


class WebhooksStream(OpenAPIStream):
    """The webhooks of the agreement, without their headers, which may hold secrets."""

    name = "webhooks"
    service = "webhooksapi"
    path = "/webhooks"
    primary_keys = ("agreementNumber", "eventType")
    withheld = ("customHeaders",)
    roles = ("SuperUser",)
    selected_by_default = False


class WebhookEventTypesStream(OpenAPIArrayStream):
    """The events that a webhook can be made for."""

    name = "webhook_event_types"
    service = "webhooksapi"
    path = "/EventTypes"
    primary_keys = ("agreementNumber", "name")
    selected_by_default = False
