"""Dimensions, and where they are used."""

from __future__ import annotations

from tap_economic.replication.incremental import Changelog
from tap_economic.singer.families import OpenAPIPagedStream, OpenAPIStream
from tap_economic.streams.roles import ANY, BOOKKEEPING, SALES


class DimensionsStream(OpenAPIStream):
    """The dimensions along which entries are split."""

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
    """The keys that distribute an amount over the values of a dimension."""

    name = "dimension_distributions"
    service = "dimensionsapi"
    path = "/distributions"
    primary_keys = ("agreementNumber", "dimensionNumber", "key")
    roles = ANY
    module = "Dimension"


class DimensionDataAccountsStream(OpenAPIStream):
    """Which dimension values accounts have."""

    name = "dimension_data_accounts"
    service = "dimensionsapi"
    path = "/dimension-data/accounts"
    primary_keys = ("agreementNumber", "accountNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataBookedEntriesStream(OpenAPIStream):
    """Which dimension values booked entries have."""

    name = "dimension_data_booked_entries"
    service = "dimensionsapi"
    path = "/dimension-data/booked-entries"
    primary_keys = ("agreementNumber", "entryNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataBookedEntriesChangelogStream(OpenAPIPagedStream):
    """Changes of dimension values on booked entries; the API keeps the newest 10,000 in reach."""

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
    """Which dimension values the lines of booked invoices have."""

    name = "dimension_data_booked_invoice_lines"
    service = "dimensionsapi"
    path = "/dimension-data/booked-invoice-lines"
    primary_keys = ("agreementNumber", "invoiceNumber", "lineNumber", "dimensionNumber")
    roles = SALES
    module = "Dimension"


class DimensionDataBudgetFiguresStream(OpenAPIStream):
    """Which dimension values budget figures have."""

    name = "dimension_data_budget_figures"
    service = "dimensionsapi"
    path = "/dimension-data/budget-figures"
    primary_keys = ("agreementNumber", "budgetFigureNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataDraftEntriesStream(OpenAPIStream):
    """Which dimension values the entries in the daybooks have."""

    name = "dimension_data_draft_entries"
    service = "dimensionsapi"
    path = "/dimension-data/draft-entries"
    primary_keys = ("agreementNumber", "journalNumber", "entryNumber", "dimensionNumber")
    roles = BOOKKEEPING
    module = "Dimension"


class DimensionDataSalesDocumentLinesStream(OpenAPIStream):
    """Which dimension values the lines of draft invoices, orders and quotes have."""

    name = "dimension_data_sales_document_lines"
    service = "dimensionsapi"
    path = "/dimension-data/sales-document-lines"
    primary_keys = ("agreementNumber", "documentNumber", "lineNumber", "dimensionNumber")
    roles = SALES
    module = "Dimension"
