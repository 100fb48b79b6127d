"""Projects and employees, as the OpenAPI service projectsapi lists them."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics, projects
from economic_sandbox.company.model.money import rounded
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import own_names, present, versioned

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed import DataclassInstance

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row


def employee_groups(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the employee groups."""
    return [versioned(number=group.number, name=group.name) for group in basics.EMPLOYEE_GROUPS]


def employees(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the employees."""
    return [
        versioned(
            number=employee.number,
            groupNumber=employee.group,
            name=employee.name,
            isBarred=employee.barred,
            phone=employee.phone,
            email=employee.email,
        )
        for employee in basics.EMPLOYEES
    ]


def project_employees(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the employees as projects see them."""
    return [
        versioned(
            number=employee.number,
            groupNumber=employee.group,
            name=employee.name,
            isUser=employee.number == 1,
            userId="AASE" if employee.number == 1 else None,
            canApprove=employee.group == 1,
            employeeType=2 if employee.number == 1 else 1,
            canInvoice=employee.group == 1,
            isBarred=employee.barred,
            cutOffDate="2022-05-31T00:00:00" if employee.barred else None,
            costPriceAfter=projects.HOURLY_COST,
        )
        for employee in basics.EMPLOYEES
    ]


def project_customers(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the customers that have a project."""
    numbers = {project.customer_number for project in company.projects.values()}
    return [
        versioned(number=number, name=customer.name)
        for number, customer in sorted(company.customers.items())
        if number in numbers
    ]


def time_entry_prices(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the cost and sales prices of the time entries."""
    return [
        present(
            number=entry.number,
            costPrice=rounded(entry.number_of_hours * projects.HOURLY_COST),
            salesPrice=rounded(
                entry.number_of_hours
                * (company.activities[entry.activity_number].sales_price_after or 0)
            ),
        )
        for entry in company.time_entries.values()
    ]


def mileages(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the mileages."""
    names = {"origin": "from", "destination": "to"}
    return [own_names(mileage, **names) for mileage in company.mileages.values()]


def mileage_prices(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the cost and sales prices of the mileages."""
    return [
        {
            "number": mileage.number,
            "costRate": projects.MILEAGE_COST,
            "costPrice": rounded(mileage.distance * projects.MILEAGE_COST),
            "salesRate": projects.MILEAGE_PRICE,
            "salesPrice": rounded(mileage.distance * projects.MILEAGE_PRICE),
        }
        for mileage in company.mileages.values()
    ]


def _facts(facts_of: Callable[[Company], Iterable[DataclassInstance]], path: str) -> Resource:
    def rows(company: Company, _values: Mapping[str, str]) -> list[Row]:
        return [own_names(fact) for fact in facts_of(company)]

    return Resource(_SERVICE, path, rows, _KEY)


_SERVICE, _KEY = "projectsapi", ("number",)
RESOURCES = (
    Resource(_SERVICE, "/EmployeeGroups", employee_groups, _KEY),
    Resource(_SERVICE, "/Employees", employees, _KEY),
    Resource(_SERVICE, "/project-employees", project_employees, _KEY),
    Resource(_SERVICE, "/project-customers", project_customers, _KEY),
    Resource(_SERVICE, "/TimeEntryPrices", time_entry_prices, _KEY),
    Resource(_SERVICE, "/Mileages", mileages, _KEY),
    Resource(_SERVICE, "/MileagePrices", mileage_prices, _KEY),
    _facts(lambda _: projects.GROUPS, "/ProjectGroups"),
    _facts(lambda _: projects.STATUSES, "/ProjectStatuses"),
    _facts(lambda company: company.projects.values(), "/Projects"),
    _facts(lambda company: company.project_activities, "/project-activities"),
    _facts(lambda _: projects.ACTIVITY_GROUPS, "/ActivityGroups"),
    _facts(lambda company: company.activities.values(), "/Activities"),
    _facts(lambda _: projects.COST_TYPE_GROUPS, "/CostTypeGroups"),
    _facts(lambda company: company.cost_types.values(), "/CostTypes"),
    _facts(lambda company: company.time_entries.values(), "/TimeEntries"),
)
