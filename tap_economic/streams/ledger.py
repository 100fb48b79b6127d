"""The general ledger: accounts, years and periods, journals, entries, budgets, vouchers."""

from __future__ import annotations

from tap_economic.replication.incremental import Incremental
from tap_economic.replication.open_items import OpenEntries
from tap_economic.replication.per_parent import Parent, PerParent
from tap_economic.singer.families import OpenAPIPagedStream, OpenAPIStream, RestStream
from tap_economic.streams.roles import BOOKKEEPING


class AccountsStream(RestStream):
    """The chart of accounts with current balances."""

    name = "accounts"
    path = "/accounts"
    primary_keys = ("agreementNumber", "accountNumber")
    sort = "accountNumber"
    keyset = True
    roles = BOOKKEEPING


class OpenAPIAccountsStream(OpenAPIStream):
    """The OpenAPI variant of the chart of accounts, without balances, with lastUpdated."""

    name = "openapi_accounts"
    service = "accountsapi"
    path = "/Accounts"
    primary_keys = ("agreementNumber", "number")
    last_updated = True
    null_booleans = ("isCredit",)
    roles = BOOKKEEPING
    selected_by_default = False


class AccountTotalIntervalsStream(OpenAPIStream):
    """The account intervals that a total account sums; the API returns 0 as its total."""

    name = "account_total_intervals"
    service = "accountsapi"
    path = "/TotalIntervals"
    primary_keys = ("agreementNumber", "accountNumber", "fromAccountNumber")
    roles = BOOKKEEPING


class KeyFigureCodesStream(OpenAPIStream):
    """The codes that assign accounts to key figures."""

    name = "key_figure_codes"
    service = "accountsapi"
    path = "/KeyFigureCodes"
    primary_keys = ("agreementNumber", "number")
    roles = BOOKKEEPING


class AccountingYearsStream(RestStream):
    """The accounting years; a year may be longer or shorter than twelve months."""

    name = "accounting_years"
    path = "/accounting-years"
    primary_keys = ("agreementNumber", "year")
    sort = "year"
    absent_when_false = ("closed",)
    roles = BOOKKEEPING


class OpenAPIAccountingYearsStream(OpenAPIPagedStream):
    """The OpenAPI variant of the accounting years."""

    name = "openapi_accounting_years"
    service = "accountingyearsapi"
    path = "/AccountingYears/paged"
    primary_keys = ("agreementNumber", "year")
    sort = "year"
    roles = BOOKKEEPING
    selected_by_default = False


class AccountingPeriodsStream(OpenAPIStream):
    """The periods of all accounting years: open, closed or barred."""

    name = "accounting_periods"
    service = "accountingyearsapi"
    path = "/accountingYears/periods"
    primary_keys = ("agreementNumber", "year", "periodNumber")
    roles = BOOKKEEPING


class AccountingYearTotalsStream(RestStream):
    """The total of each account in each accounting year, to reconcile the ledger with."""

    name = "accounting_year_totals"
    path = "/accounting-years/{accountingYear}/totals"
    primary_keys = ("agreementNumber", "year", "accountNumber", "fromDate")
    copied_keys = {"accountNumber": ("account", "accountNumber")}  # noqa: RUF012 - a ClassVar by the base
    replication = PerParent(
        Parent(AccountingYearsStream, "accountingYear", in_parent="year", in_record="year")
    )
    roles = BOOKKEEPING


class BookedEntriesStream(OpenAPIStream):
    """The general ledger: every booked entry of every accounting year."""

    name = "booked_entries"
    service = "bookedEntriesapi"
    path = "/booked-entries"
    primary_keys = ("agreementNumber", "entryNumber")
    replication_key = "entryNumber"
    replication = OpenEntries(start_property="date")
    roles = BOOKKEEPING


class BookedEntriesMatchedPairsStream(OpenAPIStream):
    """The pairs of matched booked entries, such as an invoice and its payment."""

    name = "booked_entries_matched_pairs"
    service = "bookedEntriesapi"
    path = "/booked-entries/matched-pairs"
    primary_keys = ("agreementNumber", "fromEntry", "toEntry")
    counted = False
    roles = BOOKKEEPING


class AccountingYearEntriesStream(RestStream):
    """The classic REST variant of booked entries, with quantities, cost types, payment details."""

    name = "accounting_year_entries"
    path = "/accounting-years/{accountingYear}/entries"
    primary_keys = ("agreementNumber", "year", "entryNumber")
    replication = PerParent(
        Parent(AccountingYearsStream, "accountingYear", in_parent="year", in_record="year")
    )
    sort = "entryNumber"
    keyset = True
    roles = BOOKKEEPING
    selected_by_default = False


class JournalsStream(RestStream):
    """The daybooks (kassekladder) in which entries are drafted."""

    name = "journals"
    path = "/journals"
    primary_keys = ("agreementNumber", "journalNumber")
    sort = "journalNumber"
    keyset = True
    roles = BOOKKEEPING


class DraftEntriesStream(OpenAPIStream):
    """The entries in the daybooks that are not booked yet; booking removes them."""

    name = "draft_entries"
    service = "journalsapi"
    path = "/draft-entries"
    primary_keys = ("agreementNumber", "journalNumber", "entryNumber")
    roles = BOOKKEEPING


class DraftEntryAccrualsStream(OpenAPIStream):
    """The accruals of draft entries: how their amounts are spread over time."""

    name = "draft_entry_accruals"
    service = "journalsapi"
    path = "/accruals"
    primary_keys = ("agreementNumber", "journalNumber", "entryNumber")
    roles = BOOKKEEPING
    module = "Accruals"


class BudgetFiguresStream(OpenAPIStream):
    """The budget figures."""

    name = "budget_figures"
    service = "budgetsapi"
    path = "/budget-figures"
    primary_keys = ("agreementNumber", "number")
    roles = BOOKKEEPING


class AttachedDocumentsStream(OpenAPIStream):
    """The documents attached to vouchers; voucher numbers restart in each accounting year."""

    name = "attached_documents"
    service = "documentsapi"
    path = "/AttachedDocuments"
    primary_keys = ("agreementNumber", "number")
    replication_key = "number"
    replication = Incremental()
    roles = BOOKKEEPING
