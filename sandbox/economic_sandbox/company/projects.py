"""Projects, the time spent on them, and what the Project module has around them.

The names are the API's own, in snake case: no other service tells these facts.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import typing as t

from economic_sandbox.company import basics, chart
from economic_sandbox.company.people import moment

if t.TYPE_CHECKING:
    from economic_sandbox.company.company import Company
    from economic_sandbox.company.dice import Dice

_TIME_ENTRIES, _MILEAGES = 40, 12


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
    """A stage that a project can be in."""

    number: int
    name: str
    type: int
    priority: int


@dataclasses.dataclass(slots=True)
class Project:
    """A project, for a customer or for the house."""

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
    """Something that time is spent on."""

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
    """A group of cost types; the odd capital is the API's."""

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
    """Hours of an employee on a project."""

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
    """A drive of an employee for a project; ``origin`` and ``destination`` are from and to."""

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


def activities() -> dict[int, Activity]:
    """Make the activities."""
    price, raised = decimal.Decimal("525.00"), decimal.Decimal("560.00")
    cutoff = datetime.date(2025, 1, 1)
    made = (
        Activity(1, 1, "Snedkertimer", 0, sales_price_before=price, sales_price_after=raised),
        Activity(2, 1, "Tegning & opmåling", 0, sales_price_after=raised, cutoff_date=cutoff),
        Activity(9, 2, "Sygdom 🤒", 1, is_barred=True, hide_in_search=True),
    )
    return {activity.number: activity for activity in made}


def cost_types(made: datetime.datetime) -> dict[int, CostType]:
    """Make the cost types."""
    kinds = (
        CostType(1, "Materialer", 1, made, vat_code="I25"),
        CostType(2, "Færgebilletter", 1, made, is_barred=True),
    )
    return {kind.number: kind for kind in kinds}


def projects(company: Company, dice: Dice, count: int) -> dict[int, Project]:
    """Make up projects: some for customers, some for the house, some closed."""
    made: dict[int, Project] = {}
    customers = list(company.customers)
    for number in range(1, count + 1):
        day = company.today - datetime.timedelta(days=dice.between(10, 400))
        project = Project(number, f"Sag {number}: køkken på Ærø", 1, moment(dice, day))
        project.responsible_employee_number = dice.pick((1, 2, 3, 4))
        project.status = dice.pick((1, 2))
        if number % 4:
            project.project_group_number = 2
            project.customer_number = dice.pick(customers)
            project.fixed_price = decimal.Decimal("48000.00") if dice.chance(40) else None
            project.other_reference = "Byggesag »Nord«" if dice.chance(30) else None
        project.description = "Aftalt pr. mail.\nSe tegning." if dice.chance(50) else None
        project.delivery_date = company.today if dice.chance(40) else None
        project.department_number = dice.pick((None, 2, 3))
        project.is_closed = number % 5 == 0
        project.closed_date = day if project.is_closed else None
        project.is_main_project = number == 1
        project.main_project_number = 1 if number in {2, 3} else None
        made[number] = project
    return made


def project_activities(company: Company) -> list[ProjectActivity]:
    """Allow the invoiceable activities on every project."""
    pairs = [(p, a) for p in company.projects.values() for a in (1, 2)]
    return [
        ProjectActivity(
            number,
            project.number,
            activity,
            project.last_updated,
            responsible_employee_number=project.responsible_employee_number,
            completed=project.is_closed,
        )
        for number, (project, activity) in enumerate(pairs, start=1)
    ]


def time_entries(company: Company, dice: Dice) -> dict[int, TimeEntry]:
    """Make up hours spent on projects."""
    made = {}
    for number in range(1, _TIME_ENTRIES + 1):
        day = company.today - datetime.timedelta(days=dice.between(0, 60))
        made[number] = TimeEntry(
            number,
            dice.pick(list(company.projects)),
            dice.pick((1, 2)),
            dice.pick([employee.number for employee in basics.EMPLOYEES]),
            day,
            decimal.Decimal(dice.between(1, 32)) / 4,
            moment(dice, day),
            text="Slebet & olieret" if dice.chance(60) else None,
            is_approved=dice.chance(60),
        )
    return made


def mileages(company: Company, dice: Dice) -> dict[int, Mileage]:
    """Make up drives for projects."""
    return {
        number: Mileage(
            number,
            dice.pick(list(company.projects)),
            dice.pick((2, 3)),
            company.today - datetime.timedelta(days=dice.between(0, 60)),
            decimal.Decimal(dice.between(40, 2400)) / 10,
            "Ærøskøbing",
            dice.pick(("Søby", "Svendborg", "Fåborg")),
            is_approved=dice.chance(50),
        )
        for number in range(1, _MILEAGES + 1)
    }
