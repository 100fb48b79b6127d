"""All events by name."""

from __future__ import annotations

import typing as t

from economic_sandbox.simulation import bookkeeping, payments, registers, sales

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice

    Event: t.TypeAlias = Callable[[Company, Dice], None]

_EVENTS: tuple[Event, ...] = (
    sales.book_invoice,
    sales.book_invoice_under_high_number,
    sales.book_invoice_under_low_number,
    sales.credit_invoice,
    sales.add_draft,
    sales.change_draft,
    sales.delete_draft,
    sales.replace_draft,
    sales.book_draft,
    sales.add_order,
    sales.move_order,
    sales.replace_order,
    sales.add_quote,
    sales.move_quote,
    payments.pay_in_full,
    payments.pay_in_part,
    payments.overpay,
    payments.pay_several,
    payments.pay_on_account,
    payments.match_open_items,
    payments.unmatch,
    payments.book_supplier_invoice,
    payments.pay_supplier,
    payments.pay_supplier_in_part,
    bookkeeping.add_draft_entry,
    bookkeeping.change_draft_entry,
    bookkeeping.delete_draft_entry,
    bookkeeping.replace_draft_entry,
    bookkeeping.book_draft_entry,
    bookkeeping.post_into_old_year,
    bookkeeping.attach_document,
    bookkeeping.change_dimension,
    registers.add_customer,
    registers.edit_customer,
    registers.delete_customer,
    registers.replace_customer,
    registers.reuse_customer_number,
    registers.edit_contact,
    registers.add_product,
    registers.edit_product,
    registers.replace_product,
    registers.edit_project,
    registers.add_time_entry,
    registers.change_time_entry,
    registers.replace_time_entry,
    registers.change_subscription,
    registers.add_subscriber,
    registers.end_subscriber,
)
EVENTS: Mapping[str, Event] = {event.__name__: event for event in _EVENTS}


def summary(name: str) -> str:
    """Return an event in a sentence."""
    return str(EVENTS[name].__doc__).partition("\n")[0]
