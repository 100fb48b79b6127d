"""All events by their names."""

from __future__ import annotations

import typing as t

from economic_sandbox.passage import bookkeeping, paying, registering, selling

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.dice import Dice

    Event: t.TypeAlias = Callable[[Company, Dice], None]

_EVENTS: tuple[Event, ...] = (
    selling.book_invoice,
    selling.book_invoice_under_high_number,
    selling.book_invoice_under_low_number,
    selling.credit_invoice,
    selling.add_draft,
    selling.change_draft,
    selling.delete_draft,
    selling.replace_draft,
    selling.book_draft,
    selling.add_order,
    selling.move_order,
    selling.replace_order,
    selling.add_quote,
    selling.move_quote,
    paying.pay_in_full,
    paying.pay_in_part,
    paying.overpay,
    paying.pay_several,
    paying.pay_on_account,
    paying.match_open_items,
    paying.unmatch,
    paying.book_supplier_invoice,
    paying.pay_supplier,
    paying.pay_supplier_in_part,
    bookkeeping.add_draft_entry,
    bookkeeping.change_draft_entry,
    bookkeeping.delete_draft_entry,
    bookkeeping.replace_draft_entry,
    bookkeeping.book_draft_entry,
    bookkeeping.post_into_old_year,
    bookkeeping.attach_document,
    bookkeeping.change_dimension,
    registering.add_customer,
    registering.edit_customer,
    registering.delete_customer,
    registering.replace_customer,
    registering.reuse_customer_number,
    registering.edit_contact,
    registering.add_product,
    registering.edit_product,
    registering.replace_product,
    registering.edit_project,
    registering.add_time_entry,
    registering.change_time_entry,
    registering.replace_time_entry,
    registering.change_subscription,
    registering.add_subscriber,
    registering.end_subscriber,
)
EVENTS: Mapping[str, Event] = {event.__name__: event for event in _EVENTS}
