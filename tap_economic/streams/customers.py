"""Customers, their groups, contacts and delivery locations."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPISingleStream, OpenAPIStream, RestStream
from tap_economic.streams.roles import SALES


class CustomersStream(RestStream):
    """Customers with their current balance."""

    name = "customers"
    path = "/customers"
    primary_keys = ("agreementNumber", "customerNumber")
    last_updated = True
    sort = "customerNumber"
    keyset = True
    absent_when_false = ("barred",)
    roles = SALES


class CustomerGroupsStream(RestStream):
    """The customer groups, each with its account."""

    name = "customer_groups"
    path = "/customer-groups"
    primary_keys = ("agreementNumber", "customerGroupNumber")
    sort = "customerGroupNumber"
    keyset = True
    roles = SALES


class CustomerContactsStream(OpenAPIStream):
    """The contacts of all customers."""

    name = "customer_contacts"
    service = "customersapi"
    path = "/Contacts"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = SALES


class CustomerDeliveryLocationsStream(OpenAPIStream):
    """The delivery locations of all customers."""

    name = "customer_delivery_locations"
    service = "customersapi"
    path = "/DeliveryLocations"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = SALES


class OpenAPICustomersStream(OpenAPIStream):
    """The OpenAPI variant of customers, without balances."""

    name = "openapi_customers"
    service = "customersapi"
    path = "/Customers"
    primary_keys = ("agreementNumber", "customerNumber")
    roles = SALES
    selected_by_default = False


class CustomerSetupStream(OpenAPISingleStream):
    """The agreement's settings for customers."""

    name = "customer_setup"
    service = "customersapi"
    path = "/Setup"
    primary_keys = ("agreementNumber",)
    roles = SALES
    selected_by_default = False
