"""The streams, a module per domain, in the order in which a run reads them."""

from __future__ import annotations

import typing as t

from tap_economic.streams.agreement import AgreementStream
from tap_economic.streams.customers import CustomersStream
from tap_economic.streams.ledger import (
    AccountingPeriodsStream,
    AccountingYearsStream,
    AccountingYearTotalsStream,
    AccountsStream,
    BookedEntriesStream,
    DraftEntriesStream,
    JournalsStream,
)
from tap_economic.streams.products import ProductsStream
from tap_economic.streams.sales import (
    InvoicesBookedDocumentStream,
    InvoicesBookedLinesStream,
    InvoicesBookedStream,
    InvoicesPaidStream,
    InvoicesTotalsStream,
)
from tap_economic.streams.suppliers import SuppliersStream

if t.TYPE_CHECKING:
    from tap_economic.client import EconomicStream

STREAMS: tuple[type[EconomicStream], ...] = (
    AgreementStream,
    AccountsStream,
    AccountingYearsStream,
    AccountingPeriodsStream,
    AccountingYearTotalsStream,
    BookedEntriesStream,
    JournalsStream,
    DraftEntriesStream,
    CustomersStream,
    SuppliersStream,
    ProductsStream,
    InvoicesBookedStream,
    InvoicesBookedLinesStream,
    InvoicesBookedDocumentStream,
    InvoicesPaidStream,
    InvoicesTotalsStream,
)
