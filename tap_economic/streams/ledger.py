"""The general ledger: accounts, years and periods, journals, entries."""

from __future__ import annotations

from tap_economic.openapi import OpenAPIStream
from tap_economic.parents import PerParentStream
from tap_economic.rest import RestStream

_BOOKKEEPING = ("SuperUser", "Bookkeeping")


class AccountsStream(RestStream):
    """The chart of accounts with current balances."""

    name = "accounts"
    path = "/accounts"
    primary_keys = ("agreementNumber", "accountNumber")
    sort = "accountNumber"
    keyset = True
    roles = _BOOKKEEPING


class AccountingYearsStream(RestStream):
    """The accounting years; a year may be longer or shorter than twelve months."""

    name = "accounting_years"
    path = "/accounting-years"
    primary_keys = ("agreementNumber", "year")
    sort = "year"
    left_out_when_false = ("closed",)
    roles = _BOOKKEEPING


class AccountingPeriodsStream(OpenAPIStream):
    """The periods of all accounting years, closed or barred or open."""

    name = "accounting_periods"
    service = "accountingyearsapi"
    path = "/accountingYears/periods"
    primary_keys = ("agreementNumber", "year", "periodNumber")
    roles = _BOOKKEEPING


class AccountingYearTotalsStream(PerParentStream, RestStream):
    """The total of each account in each accounting year: the control figures of the ledger."""

    name = "accounting_year_totals"
    path = "/accounting-years/{accountingYear}/totals"
    primary_keys = ("agreementNumber", "year", "accountNumber", "fromDate")
    copied_keys = {"accountNumber": ("account", "accountNumber")}  # noqa: RUF012 - as in the base
    parent = AccountingYearsStream
    path_keys = {"accountingYear": "year"}  # noqa: RUF012 - as in the base
    roles = _BOOKKEEPING


class BookedEntriesStream(OpenAPIStream):
    """The general ledger: every booked entry of every accounting year."""

    name = "booked_entries"
    service = "bookedEntriesapi"
    path = "/booked-entries"
    primary_keys = ("agreementNumber", "entryNumber")
    roles = _BOOKKEEPING


class JournalsStream(RestStream):
    """The daybooks (kassekladder) in which entries are drafted."""

    name = "journals"
    path = "/journals"
    primary_keys = ("agreementNumber", "journalNumber")
    sort = "journalNumber"
    keyset = True
    roles = _BOOKKEEPING


class DraftEntriesStream(OpenAPIStream):
    """The entries in the daybooks that are not booked yet; they vanish when they are."""

    name = "draft_entries"
    service = "journalsapi"
    path = "/draft-entries"
    primary_keys = ("agreementNumber", "journalNumber", "entryNumber")
    roles = _BOOKKEEPING
