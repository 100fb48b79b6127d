"""Events of registers: customers, products, projects and subscriptions."""

from __future__ import annotations

import decimal
import typing as t

from economic_sandbox.company.generator import people, products, subscriptions
from economic_sandbox.company.model.money import ORE
from economic_sandbox.company.model.projects import TimeEntry
from economic_sandbox.simulation.chance import minute, pick

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice

_UNUSUAL_NAMES = 8


def add_customer(company: Company, dice: Dice) -> None:
    """Add a customer under the next number."""
    _add_customer(company, dice, max(company.customers, default=0) + 1)


def edit_customer(company: Company, dice: Dice) -> None:
    """Change a customer's name and telephone number."""
    customer = pick(dice, company.customers.values(), "customer")
    customer.name = people.company_name(dice)
    customer.phone = f"+45 {dice.between(20_000_000, 99_999_999)}"
    customer.updated = company.now


def delete_customer(company: Company, dice: Dice) -> None:
    """Delete a customer without references."""
    _delete_customer(company, pick(dice, _unused_customers(company), "unused customer"))


def replace_customer(company: Company, dice: Dice) -> None:
    """Delete a customer and add another, so that the count stays the same."""
    going = pick(dice, _unused_customers(company), "unused customer")
    add_customer(company, dice)
    _delete_customer(company, going)


def reuse_customer_number(company: Company, dice: Dice) -> None:
    """Delete a customer and add another under the same number."""
    number = pick(dice, _unused_customers(company), "unused customer")
    _delete_customer(company, number)
    _add_customer(company, dice, number)


def edit_contact(company: Company, dice: Dice) -> None:
    """Change a contact, or mark it as deleted."""
    contact = pick(dice, company.customer_contacts.values(), "contact")
    contact.name = people.person(dice)
    contact.deleted = dice.chance(20)
    contact.updated = company.now


def add_product(company: Company, dice: Dice) -> None:
    """Add a product; its number sorts anywhere among the others."""
    number = f"{dice.between(1, 9999)}-{len(company.products)}"
    kind = dice.between(0, 4)
    company.products[number] = products.product(dice, number, kind, minute(company))


def edit_product(company: Company, dice: Dice) -> None:
    """Change a product's price."""
    product = pick(dice, company.products.values(), "product")
    product.price += dice.between(1, 900) * ORE
    product.updated = minute(company)


def replace_product(company: Company, dice: Dice) -> None:
    """Delete a product and add another, so that the count stays the same."""
    going = pick(dice, _unused_products(company), "unused product")
    add_product(company, dice)
    del company.products[going]
    for key in [key for key in company.prices_in_currency if key[0] == going]:
        del company.prices_in_currency[key]


def edit_project(company: Company, dice: Dice) -> None:
    """Change the description of a project."""
    project = pick(dice, company.projects.values(), "project")
    project.description = f"Ændret {company.now:%d.%m. kl. %H:%M:%S}"
    project.last_updated = company.now


def add_time_entry(company: Company, dice: Dice) -> None:
    """Add a time entry."""
    number = max(company.time_entries, default=0) + 1
    company.time_entries[number] = TimeEntry(
        number,
        pick(dice, company.projects, "project"),
        dice.pick((1, 2)),
        dice.between(1, 4),
        company.today,
        decimal.Decimal(dice.between(1, 32)) / 4,
        company.now,
    )


def change_time_entry(company: Company, dice: Dice) -> None:
    """Change the hours of a time entry, and approve it."""
    entry = pick(dice, company.time_entries.values(), "time entry")
    entry.number_of_hours += decimal.Decimal("0.25")
    entry.is_approved = True
    entry.last_updated = company.now


def replace_time_entry(company: Company, dice: Dice) -> None:
    """Delete a time entry and add another, so that the count stays the same."""
    going = pick(dice, company.time_entries, "time entry")
    add_time_entry(company, dice)
    del company.time_entries[going]


def change_subscription(company: Company, dice: Dice) -> None:
    """Change a line of a subscription; that changes lastUpdated of the subscription."""
    sold = [line for line in company.subscription_lines.values() if line.quantity is not None]
    line = pick(dice, sold, "subscription line")
    line.quantity = (line.quantity or 0) + decimal.Decimal(1)
    company.subscriptions[line.subscription_number].last_updated = company.now


def add_subscriber(company: Company, dice: Dice) -> None:
    """Add a subscriber."""
    number = max(company.subscribers, default=0) + 1
    company.subscribers[number] = subscriptions.subscriber(company, dice, number)
    company.subscribers[number].last_updated = company.now


def end_subscriber(company: Company, dice: Dice) -> None:
    """End the subscription of a subscriber today."""
    subscriber = pick(dice, company.subscribers.values(), "subscriber")
    subscriber.expiry_date = company.today
    subscriber.last_updated = company.now


def _add_customer(company: Company, dice: Dice, number: int) -> None:
    kind = dice.between(_UNUSUAL_NAMES, 99)
    customer = people.customer(dice, kind, number, company.today)
    customer.updated = company.now
    company.customers[number] = customer


def _delete_customer(company: Company, number: int) -> None:
    """Delete a customer with its contacts and delivery locations."""
    del company.customers[number]
    for key in [k for k, c in company.customer_contacts.items() if c.owner == number]:
        del company.customer_contacts[key]
    for key in [k for k, place in company.delivery_locations.items() if place.customer == number]:
        del company.delivery_locations[key]


def _unused_customers(company: Company) -> list[int]:
    """Return the customers that can be deleted: those without documents and entries."""
    documents = (company.invoices, company.drafts, company.orders, company.quotes)
    used = {document.customer for register in documents for document in register.values()}
    used |= {entry.customer for entry in company.ledger.entries.values() if entry.customer}
    used |= {entry.customer for entry in company.draft_entries if entry.customer}
    used |= {subscriber.customer_number for subscriber in company.subscribers.values()}
    projects = company.projects.values()
    used |= {project.customer_number for project in projects if project.customer_number}
    return [number for number in company.customers if number not in used]


def _unused_products(company: Company) -> list[str]:
    """Return the products that can be deleted: those on no document and in no price list."""
    documents = (company.invoices, company.drafts, company.orders, company.quotes)
    used = {
        line.product
        for register in documents
        for document in register.values()
        for line in document.lines
    }
    used |= {line.product_number for line in company.subscription_lines.values()}
    used |= {price.product for price in company.special_prices.values()}
    return [number for number in company.products if number not in used]
