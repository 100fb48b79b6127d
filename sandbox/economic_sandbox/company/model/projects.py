"""Records of the Project module: projects, activities, cost types, time entries, mileages.

The names are those of the API, in snake case: no other service has these records.
"""

from __future__ import annotations

import dataclasses
import decimal
import typing as t

from economic_sandbox.company.model import chart

if t.TYPE_CHECKING:
    import datetime


@dataclasses.dataclass(slots=True)
class ProjectGroup:
    """A project group; type 1 is internal, 2 external and invoiceable."""

    number: int
    name: str
    type: int
    include_cost_price_in_finance: bool = False
    include_sales_price_in_finance: bool = False


@dataclasses.dataclass(slots=True)
class ProjectStatus:
    """A status of projects."""

    number: int
    name: str
    type: int
    priority: int


@dataclasses.dataclass(slots=True)
class Project:
    """A project, for a customer or internal."""

    number: int
    name: str
    project_group_number: int
    last_updated: datetime.datetime
    customer_number: int | None = None
    responsible_employee_number: int | None = None
    main_project_number: int | None = None
    status: int | None = None
    description: str | None = None
    delivery_date: datetime.date | None = None
    closed_date: datetime.date | None = None
    department_number: int | None = None
    fixed_price: decimal.Decimal | None = None
    mileage: decimal.Decimal = decimal.Decimal("0.00")
    other_reference: str | None = None
    is_closed: bool = False
    is_barred: bool = False
    is_main_project: bool = False
    is_mileage_invoiced: bool = True


@dataclasses.dataclass(slots=True)
class ActivityGroup:
    """A group of activities; type 1 can be invoiced, 3 is holidays and the like."""

    number: int
    name: str
    type: int
    include_cost_price_in_finance: bool = False
    include_sales_price_in_finance: bool = False


@dataclasses.dataclass(slots=True)
class Activity:
    """An activity that time is entered on."""

    number: int
    group_number: int
    name: str
    in_lieu_code: int = 0
    is_barred: bool = False
    hide_in_search: bool = False
    sales_price_before: decimal.Decimal | None = None
    sales_price_after: decimal.Decimal | None = None
    cutoff_date: datetime.date | None = None


@dataclasses.dataclass(slots=True)
class ProjectActivity:
    """An activity allowed on a project."""

    number: int
    project_number: int
    activity_number: int
    last_updated: datetime.datetime
    start_date: datetime.date | None = None
    end_date: datetime.date | None = None
    responsible_employee_number: int | None = None
    completed: bool = False


@dataclasses.dataclass(slots=True)
class CostTypeGroup:
    """A group of cost types; the API spells ``accountOnGoing`` so."""

    number: int
    name: str
    type: int
    account_on_going: int
    account_closed: int
    markup: decimal.Decimal | None = None


@dataclasses.dataclass(slots=True)
class CostType:
    """A kind of cost on a project."""

    number: int
    name: str
    cost_group_number: int
    last_updated: datetime.datetime
    vat_code: str | None = None
    is_barred: bool = False


@dataclasses.dataclass(slots=True)
class TimeEntry:
    """The hours of an employee on a project."""

    number: int
    project_number: int
    activity_number: int
    employee_number: int
    date: datetime.date
    number_of_hours: decimal.Decimal
    last_updated: datetime.datetime
    text: str | None = None
    is_approved: bool = False
    is_reconciled: bool = False


@dataclasses.dataclass(slots=True)
class Mileage:
    """A drive of an employee; ``origin`` and ``destination`` are ``from`` and ``to`` in the API."""

    number: int
    project_number: int
    employee_number: int
    date: datetime.date
    distance: decimal.Decimal
    origin: str
    destination: str
    is_approved: bool = False


GROUPS = (ProjectGroup(1, "Interne sager", 1), ProjectGroup(2, "Kundesager", 2))
STATUSES = (ProjectStatus(1, "Tilbud sendt", 1, 1), ProjectStatus(2, "Igangværende", 2, 2))
ACTIVITY_GROUPS = (
    ActivityGroup(1, "Fakturerbar tid", 1, include_sales_price_in_finance=True),
    ActivityGroup(2, "Fravær", 3),
)
HOURLY_COST = decimal.Decimal("285.00")
MILEAGE_COST = decimal.Decimal("3.81")
MILEAGE_PRICE = decimal.Decimal("5.50")
COST_TYPE_GROUPS = (
    CostTypeGroup(1, "Udlæg", 1, chart.FREIGHT, chart.FREIGHT, decimal.Decimal("10.00")),
)
