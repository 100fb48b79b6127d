"""Dimensions, and the records that they are used on."""

from __future__ import annotations

from tap_economic.replication.incremental import Changelog
from tap_economic.singer.families import OpenAPIPagedStream, OpenAPIStream
from tap_economic.streams.roles import ANY, BOOKKEEPING, SALES


class DimensionsStream(OpenAPIStream):
    """The dimensions by which entries are analysed."""

    name = "dimensions"
    service = "dimensionsapi"
    path = "/dimensions"
    primary_keys = ("agreementNumber", "number")
    roles = ANY
    module = "Dimension"


class DimensionValuesStream(OpenAPIStream):
    """The values of the dimensions."""

    name = "dimension_values"
    service = "dimensionsapi"
    path = "/values"
    primary_keys = ("agreementNumber", "dimensionNumber", "key")
    roles = ANY
    module = "Dimension"


class DimensionDistributionsStream(OpenAPIStream):
    """The distributions of amounts among the values of a dimension."""

    name = "dimension_distributions"
    service = "dimensionsapi"
    path = "/distributions"
    primary_keys = ("agreementNumber", "dimensionNumber", "key")
    roles = ANY
    module = "Dimension"


class DimensionDataAccountsStream(OpenAPIStream):
    """The dimension values of accounts."""

    name = "dimension_data_accounts"
    service = "dimensionsapi"
    path = "/dimension-data/accounts"
    primary_keys = ("agreementNumber", "accountNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataBookedEntriesStream(OpenAPIStream):
    """The dimension values of booked entries."""

    name = "dimension_data_booked_entries"
    service = "dimensionsapi"
    path = "/dimension-data/booked-entries"
    primary_keys = ("agreementNumber", "entryNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataBookedEntriesChangelogStream(OpenAPIPagedStream):
    """The changes of dimension values on booked entries; the API returns only the newest 10,000."""

    name = "dimension_data_booked_entries_changelog"
    service = "dimensionsapi"
    path = "/dimension-data/booked-entries/changelog"
    primary_keys = ("agreementNumber", "entryNumber", "dimension", "timestamp")
    replication_key = "timestamp"
    replication = Changelog()
    unique = False
    sort = "timestamp"
    counted = False
    roles = BOOKKEEPING
    module = "Dimension"
    selected_by_default = False


class DimensionDataBookedInvoiceLinesStream(OpenAPIStream):
    """The dimension values of the lines of booked invoices."""

    name = "dimension_data_booked_invoice_lines"
    service = "dimensionsapi"
    path = "/dimension-data/booked-invoice-lines"
    primary_keys = ("agreementNumber", "invoiceNumber", "lineNumber", "dimensionNumber")
    roles = SALES
    module = "Dimension"


class DimensionDataBudgetFiguresStream(OpenAPIStream):
    """The dimension values of budget figures."""

    name = "dimension_data_budget_figures"
    service = "dimensionsapi"
    path = "/dimension-data/budget-figures"
    primary_keys = ("agreementNumber", "budgetFigureNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataDraftEntriesStream(OpenAPIStream):
    """The dimension values of draft entries."""

    name = "dimension_data_draft_entries"
    service = "dimensionsapi"
    path = "/dimension-data/draft-entries"
    primary_keys = ("agreementNumber", "journalNumber", "entryNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataSalesDocumentLinesStream(OpenAPIStream):
    """The dimension values of the lines of draft invoices, orders and quotes."""

    name = "dimension_data_sales_document_lines"
    service = "dimensionsapi"
    path = "/dimension-data/sales-document-lines"
    primary_keys = ("agreementNumber", "documentNumber", "lineNumber", "dimensionNumber")
    roles = SALES
    module = "Dimension"
