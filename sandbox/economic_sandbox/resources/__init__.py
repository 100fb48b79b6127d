"""The resources of both APIs: the records of the company as each endpoint returns them."""

from __future__ import annotations

import typing as t

from economic_sandbox.resources import (
    accounts,
    agreement,
    customers,
    departments,
    dimensions,
    extras,
    files,
    invoices,
    journals,
    lines,
    openapi_variants,
    orders,
    products,
    projects,
    registers,
    subscriptions,
    suppliers,
    years,
)

if t.TYPE_CHECKING:
    from economic_sandbox.resources.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    *agreement.RESOURCES,
    *registers.RESOURCES,
    *departments.RESOURCES,
    *accounts.RESOURCES,
    *years.RESOURCES,
    *journals.RESOURCES,
    *customers.RESOURCES,
    *suppliers.RESOURCES,
    *products.RESOURCES,
    *invoices.RESOURCES,
    *lines.RESOURCES,
    *orders.RESOURCES,
    *dimensions.RESOURCES,
    *projects.RESOURCES,
    *subscriptions.RESOURCES,
    *extras.RESOURCES,
    *openapi_variants.RESOURCES,
)
"""All endpoints that return records."""

FILES: tuple[Resource, ...] = files.FILES
"""All endpoints that return a file."""
