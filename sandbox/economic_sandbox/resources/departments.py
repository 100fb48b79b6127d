"""Departments, and how amounts are distributed among them."""

from __future__ import annotations

import decimal
import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import link, reference

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import DimensionKey
    from economic_sandbox.resources.resource import Row

_WHOLE = decimal.Decimal("100.00")


def _department_keys(company: Company) -> list[DimensionKey]:
    keys = company.dimension_keys.values()
    return [key for key in keys if key.dimension == basics.DEPARTMENTS]


def departments(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the departments."""
    return [
        {
            "departmentNumber": key.key,
            "name": key.name,
            "barred": not key.active,
            "self": link("departments", key.key),
        }
        for key in _department_keys(company)
        if not key.shares
    ]


def distribution_link(company: Company, key: int) -> str:
    """Link to a department or a distribution; both are departmental distributions."""
    shares = company.dimension_keys[basics.DEPARTMENTS, key].shares
    kind = "distributions" if shares else "departments"
    return link("departmental-distributions", kind, key)


def distribution_reference(company: Company, key: int | None) -> Row | None:
    """Refer to the departmental distribution of a record, if it has one."""
    if key is None:
        return None
    return {"departmentalDistributionNumber": key, "self": distribution_link(company, key)}


def departmental_distributions(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List departments and distributions alike."""
    return [
        {
            "departmentalDistributionNumber": key.key,
            "name": key.name,
            "barred": not key.active,
            "distributionType": "distribution" if key.shares else "department",
            "distributions": [
                {
                    "percentage": percentage,
                    "department": reference("departments", "departmentNumber", department),
                }
                for department, percentage in key.shares or ((key.key, _WHOLE),)
            ],
            "self": distribution_link(company, key.key),
        }
        for key in _department_keys(company)
    ]


def typed_distribution_reference(company: Company, key: int | None) -> Row | None:
    """Refer to a departmental distribution as master data and draft lines do, with its type."""
    row = distribution_reference(company, key)
    if row is None or key is None:
        return None
    shares = company.dimension_keys[basics.DEPARTMENTS, key].shares
    return {**row, "distributionType": "distribution" if shares else "department"}


RESOURCES = (
    Resource(None, "/departments", departments, ("departmentNumber",)),
    Resource(
        None,
        "/departmental-distributions",
        departmental_distributions,
        ("distributionType", "departmentalDistributionNumber"),
    ),
)
