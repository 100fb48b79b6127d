"""Generates projects, their activities, cost types, time entries and mileages."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator.people import moment
from economic_sandbox.company.model import basics
from economic_sandbox.company.model.projects import (
    Activity,
    CostType,
    Mileage,
    Project,
    ProjectActivity,
    TimeEntry,
)

if t.TYPE_CHECKING:
    from economic_sandbox.company.generator.dice import Dice
    from economic_sandbox.company.model.company import Company

_TIME_ENTRIES, _MILEAGES = 40, 12


def activities() -> dict[int, Activity]:
    """Return the activities by number."""
    price, raised = decimal.Decimal("525.00"), decimal.Decimal("560.00")
    cutoff = datetime.date(2025, 1, 1)
    made = (
        Activity(1, 1, "Snedkertimer", 0, sales_price_before=price, sales_price_after=raised),
        Activity(2, 1, "Tegning & opmåling", 0, sales_price_after=raised, cutoff_date=cutoff),
        Activity(9, 2, "Sygdom 🤒", 1, is_barred=True, hide_in_search=True),
    )
    return {activity.number: activity for activity in made}


def cost_types(made: datetime.datetime) -> dict[int, CostType]:
    """Return the cost types by number."""
    kinds = (
        CostType(1, "Materialer", 1, made, vat_code="I25"),
        CostType(2, "Færgebilletter", 1, made, is_barred=True),
    )
    return {kind.number: kind for kind in kinds}


def projects(company: Company, dice: Dice, count: int) -> dict[int, Project]:
    """Generate projects: some for customers, some internal, some closed."""
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
    """Generate time entries."""
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
    """Generate mileages."""
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
