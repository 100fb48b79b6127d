"""Suppliers, their groups and contacts."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIStream, RestStream
from tap_economic.streams.roles import BOOKKEEPING


class SuppliersStream(RestStream):
    """Suppliers; available in classic REST only."""

    name = "suppliers"
    path = "/suppliers"
    primary_keys = ("agreementNumber", "supplierNumber")
    sort = "supplierNumber"
    keyset = True
    absent_when_false = ("barred",)
    roles = BOOKKEEPING


class SupplierGroupsStream(RestStream):
    """The supplier groups, each with its account."""

    name = "supplier_groups"
    path = "/supplier-groups"
    primary_keys = ("agreementNumber", "supplierGroupNumber")
    sort = "supplierGroupNumber"
    roles = BOOKKEEPING


class OpenAPISupplierGroupsStream(OpenAPIStream):
    """The OpenAPI variant of the supplier groups."""

    name = "openapi_supplier_groups"
    service = "suppliersapi"
    path = "/Groups"
    primary_keys = ("agreementNumber", "number")
    roles = BOOKKEEPING
    selected_by_default = False


class SupplierContactsStream(OpenAPIStream):
    """The contacts of all suppliers."""

    name = "supplier_contacts"
    service = "suppliersapi"
    path = "/Contacts"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    roles = BOOKKEEPING
