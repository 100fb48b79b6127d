"""Events of bookkeeping: daybooks, late entries, documents, dimensions."""

from __future__ import annotations

import datetime
import decimal
import typing as t

from economic_sandbox.company.generator import draft_entries
from economic_sandbox.company.generator.people import day_between
from economic_sandbox.company.model import basics, chart
from economic_sandbox.company.model.extras import AttachedDocument, DimensionChange
from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.company.operations import finance, journals
from economic_sandbox.simulation.chance import pick

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company
    from economic_sandbox.company.generator.dice import Dice

_ONE_DAY = datetime.timedelta(days=1)
_ONE_SECOND = datetime.timedelta(seconds=1)


def add_draft_entry(company: Company, dice: Dice) -> None:
    """Add an entry to a daybook."""
    waiting = company.draft_entries
    kind = dice.between(0, 3)
    waiting.append(draft_entries.draft_entry(company, dice, kind, waiting))


def change_draft_entry(company: Company, dice: Dice) -> None:
    """Change the amount and the text of an entry in a daybook."""
    entry = pick(dice, company.draft_entries, "draft entry")
    entry.amount += decimal.Decimal(dice.between(1, 999)) / 100
    entry.text = f"Rettet {company.now:%H:%M:%S}"


def delete_draft_entry(company: Company, dice: Dice) -> None:
    """Delete an entry from a daybook."""
    company.draft_entries.remove(pick(dice, company.draft_entries, "draft entry"))


def replace_draft_entry(company: Company, dice: Dice) -> None:
    """Delete an entry from a daybook and add another, so that the count stays the same."""
    going = pick(dice, company.draft_entries, "draft entry")
    add_draft_entry(company, dice)
    company.draft_entries.remove(going)


def book_draft_entry(company: Company, dice: Dice) -> None:
    """Book a balanced entry of a daybook, which becomes booked entries."""
    entry = pick(
        dice,
        (entry for entry in company.draft_entries if entry.contra is not None),
        "draft entry that balances",
    )
    journals.book(company, entry)


def post_into_old_year(company: Company, dice: Dice) -> None:
    """Book a cost in a past year that is not closed yet."""
    years = company.ledger.years
    old = pick(
        dice,
        (year for year in years if not year.closed and year.end < company.today),
        "open year that is over",
    )
    first = max(old.start, company.barred_until + _ONE_DAY)
    account = dice.pick((chart.DEPRECIATION, chart.BANK_CHARGES, chart.INTEREST))
    amount = decimal.Decimal(dice.between(1_000, 900_000)) / 100
    day = day_between(dice, first, old.end)
    finance.book_cost(company, account, amount, day, "Efterpostering fra revisor")


def attach_document(company: Company, dice: Dice) -> None:
    """Attach a document to a supplier invoice that has none."""
    documents = company.attached_documents
    attached = {document.entry for document in documents.values()}
    entry = pick(
        dice,
        (
            entry
            for entry in company.ledger.entries.values()
            if entry.type == EntryType.SUPPLIER_INVOICE
            and entry.supplier is not None
            and entry.number not in attached
        ),
        "supplier's invoice without document",
    )
    number = max(documents, default=0) + dice.between(1, 3)
    documents[number] = AttachedDocument(number, entry.number, dice.between(1, 4))


def change_dimension(company: Company, dice: Dice) -> None:
    """Change or remove the dimension value of a booked entry."""
    profit_and_loss = (
        entry
        for entry in company.ledger.entries.values()
        if company.accounts[entry.account].type == "profitAndLoss"
    )
    entry = pick(dice, profit_and_loss, "entry with dimensions")
    dimension = dice.pick((basics.DEPARTMENTS, basics.REGIONS))
    name = "dimension_key" if dimension == basics.DEPARTMENTS else "region"
    old = getattr(entry, name)
    known = [key.key for key in company.dimension_keys.values() if key.dimension == dimension]
    new = dice.pick([key for key in (None, *known) if key != old])
    setattr(entry, name, new)
    changes = company.dimension_changes
    while any(c.entry == entry.number and c.timestamp == company.now for c in changes):
        company.wait(_ONE_SECOND)  # the time is part of the key of a change
    changes.append(DimensionChange(entry.number, dimension, old, new, company.now))
