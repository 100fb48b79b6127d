"""The daybooks and their draft entries."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.resources.accounts import account_reference
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import link, midnight, versioned

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.journals import Journal
    from economic_sandbox.resources.resource import Row

_RESTRICTIONS = {
    EntryType.CUSTOMER_PAYMENT: "customerPayment",
    EntryType.SUPPLIER_INVOICE: "supplierInvoice",
}


def journals(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the daybooks."""
    return [
        {
            "journalNumber": number,
            "name": journal.name,
            "settings": _settings(journal),
            "vouchers": link("journals", number, "vouchers"),
            "entries": link("journals", number, "entries"),
            "templates": {
                "financeVoucher": link("journals", number, "templates", "financeVoucher"),
                "manualCustomerInvoice": link(
                    "journals", number, "templates", "manualCustomerInvoice"
                ),
                "self": link("journals", number, "templates"),
            },
            "self": link("journals", number),
        }
        for number, journal in sorted(company.journals.items())
    ]


def _settings(journal: Journal) -> Row:
    settings: Row = {"voucherNumbers": {"minimumVoucherNumber": int(journal.series)}}
    if journal.restricted_to is not None:
        settings["entryTypeRestrictedTo"] = _RESTRICTIONS[journal.restricted_to]
    if journal.contra_account is not None:
        contra = account_reference(journal.contra_account)
        settings["contraAccounts"] = {"customerPayments": contra}
    return settings


def openapi_journals(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the daybooks as the service does; every filter on them is a 500."""
    return [
        versioned(
            number=number,
            name=journal.name,
            balancingBehavior=True,
            autoApprove=False,
            isStandingJournal=False,
            requireAdminApproval=False,
            lockVatCodes=False,
            minimumVoucherNumber=int(journal.series),
            customerContraAccount=journal.contra_account,
            allowPartialBooking=False,
            requireBalancePerVoucherId=True,
            repeatText=False,
        )
        for number, journal in sorted(company.journals.items())
    ]


def draft_entries(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the entries of all daybooks."""
    return [
        versioned(
            entryNumber=entry.number,
            journalNumber=entry.journal,
            entryTypeNumber=int(entry.type),
            voucherNumber=entry.voucher,
            date=midnight(entry.date),
            accountNumber=entry.account,
            vatCode=entry.vat_code,
            amount=entry.amount,
            currency=entry.currency,
            exchangeRate=entry.rate,
            contraAccountNumber=entry.contra,
            text=entry.text,
            projectNumber=entry.project,
            costTypeNumber=entry.cost_type,
            customerNumber=entry.customer,
            customerInvoiceNumber=entry.customer_invoice,
            supplierNumber=entry.supplier,
            supplierInvoiceNumber=entry.supplier_invoice,
            supplierPaymentType=entry.payment_type,
            supplierPaymentBank=entry.payment_bank,
            supplierPaymentMessage=entry.payment_message,
            dueDate=midnight(entry.due_date),
        )
        for entry in company.draft_entries
    ]


def accruals(company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the draft entries that are accrued over months."""
    return [
        versioned(
            entryNumber=entry.number,
            journalNumber=entry.journal,
            accountNumber=entry.account,
            startDate=midnight(entry.accrual[0]),
            endDate=midnight(entry.accrual[1]),
            months=12,
        )
        for entry in company.draft_entries
        if entry.accrual is not None
    ]


_KEYS = ("journalNumber", "entryNumber")
RESOURCES = (
    Resource(None, "/journals", journals, ("journalNumber",)),
    Resource("journalsapi", "/journals", openapi_journals, ("number",)),
    Resource("journalsapi", "/draft-entries", draft_entries, _KEYS),
    Resource("journalsapi", "/accruals", accruals, _KEYS),
)
