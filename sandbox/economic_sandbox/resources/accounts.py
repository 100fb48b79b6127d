"""The chart of accounts."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.money import NOTHING
from economic_sandbox.resources.departments import typed_distribution_reference
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import link, present, reference, single

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.masters import Account
    from economic_sandbox.resources.resource import Row


def accounts(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the accounts with their balances, and their balances including drafts."""
    balances = company.balances()
    drafts = _draft_amounts(company)
    return [
        _row(company, account, balances.get(number, NOTHING), drafts.get(number, NOTHING))
        for number, account in company.accounts.items()
    ]


def _draft_amounts(company: Company) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for entry in company.draft_entries:
        for account, amount in ((entry.account, entry.base), (entry.contra, -entry.base)):
            if account is not None:
                sums[account] = sums.get(account, NOTHING) + amount
    return sums


def account_reference(number: int | None) -> Row | None:
    """Refer to an account, if there is one."""
    return None if number is None else reference("accounts", "accountNumber", number)


def summary(account: Account, balance: Decimal) -> Row:
    """Return an account as it is inside other records, such as customer groups."""
    return {
        "accountNumber": account.number,
        "accountType": account.type,
        "balance": balance,
        "blockDirectEntries": account.blocked,
        "debitCredit": "credit" if account.is_credit else "debit",
        "name": account.name,
        "accountingYears": link("accounts", account.number, "accounting-years"),
        "self": link("accounts", account.number),
    }


def _row(company: Company, account: Account, balance: Decimal, draft: Decimal) -> Row:
    row = present(
        **summary(account, balance),
        draftBalance=balance + draft,
        barred=account.barred,
        contraAccount=account_reference(account.contra),
        totalFromAccount=account_reference(account.total_from),
        vatAccount=_vat_reference(account.vat_code),
        departmentalDistribution=typed_distribution_reference(company, account.dimension_key),
    )
    if account.intervals:
        row["accountsSummed"] = [
            {"fromAccount": account_reference(first), "toAccount": account_reference(last)}
            for first, last in account.intervals
        ]
    return row


def _vat_reference(code: str | None) -> Row | None:
    return None if code is None else reference("vat-accounts", "vatCode", code)


RESOURCES = (
    Resource(None, "/accounts", accounts, ("accountNumber",)),
    Resource(None, "/accounts/{accountNumber}", single(accounts, "accountNumber", "accountNumber")),
)
