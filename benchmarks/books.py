"""The rows of a generated company, in the formats of both APIs."""

from __future__ import annotations

import datetime as dt
import typing as t
from decimal import Decimal

if t.TYPE_CHECKING:
    Row: t.TypeAlias = dict[str, t.Any]

LINES_PER_INVOICE = 3
OPEN_INVOICES = 100  # of this many invoices, one is not paid yet

_REST = "https://restapi.e-conomic.com"
_DAYS = [dt.date(2019, 1, 1) + dt.timedelta(days=n) for n in range(2500)]
_PER_DAY = 40
_OPEN_ENTRIES = 1000  # of this many entries, one is not paid yet
_ZERO = Decimal("0.00")


def booked_entries(number: int) -> list[Row]:
    """Generate a booked entry with the properties of the OpenAPI service."""
    date = _day(number)
    amount = _amount(number)
    entry: Row = {
        "entryNumber": number,
        "accountNumber": 1000 + number % 240 * 10,
        "amount": amount,
        "amountInBaseCurrency": amount,
        "currencyCode": "DKK",
        "date": f"{date}T00:00:00",
        "text": f"Faktura {number // 4}",
        "type": 1,
        "voucherNumber": number // 4,
    }
    if number % 4 == 0:
        entry["customerNumber"] = 100 + number % 700
        entry["customerInvoiceNumber"] = number // 4
        entry["dueDate"] = f"{date}T00:00:00"
        entry["remainder"] = _ZERO if number % _OPEN_ENTRIES else amount
    else:
        entry["vatAccountNumber"] = "U25"
    entry["objectVersion"] = f"{number:024x}"
    return [entry]


def booked_invoices(number: int, paid: int = 0) -> list[Row]:
    """Generate a booked invoice as it is listed, without lines.

    Args:
        number: Its number.
        paid: The number up to which the open invoices have been paid.
    """
    date, net, vat = _day(number), _amount(number), _amount(number) / 4
    customer, contact = 100 + number % 700, 140 + number % 900
    remainder = _ZERO if number <= paid or number % OPEN_INVOICES else net + vat
    invoice: Row = {
        "bookedInvoiceNumber": number,
        "date": date,
        "currency": "DKK",
        "exchangeRate": 100,
        "netAmount": net,
        "netAmountInBaseCurrency": net,
        "grossAmount": net + vat,
        "grossAmountInBaseCurrency": net + vat,
        "vatAmount": vat,
        "roundingAmount": _ZERO,
        "remainder": remainder,
        "remainderInBaseCurrency": remainder,
        "dueDate": date,
        "paymentTerms": {
            "paymentTermsNumber": 3,
            "daysOfCredit": 20,
            "name": "Løbende måned + 20 dage",
            "paymentTermsType": "invoiceMonth",
            "self": f"{_REST}/payment-terms/3",
        },
        "customer": {"customerNumber": customer, "self": f"{_REST}/customers/{customer}"},
        "recipient": {
            "name": f"Ravns Møbler nr. {customer} I/S",
            "address": "Møllebakken 79, 2. sal",
            "zip": "6200",
            "city": "Aabenraa",
            "country": "Danmark",
            "ean": "5798013412487",
            "cvr": "37574795",
            "vatZone": {
                "name": "Indland",
                "vatZoneNumber": 1,
                "enabledForCustomer": True,
                "enabledForSupplier": True,
                "self": f"{_REST}/vat-zones/1",
            },
        },
        "delivery": {
            "address": "Strandvejen 61",
            "zip": "5970",
            "city": "Ærøskøbing",
            "deliveryDate": date,
        },
        "notes": {"textLine1": "Tak for handlen!"},
        "references": {
            "customerContact": {
                "customerContactNumber": contact,
                "self": f"{_REST}/customers/{customer}/contacts/{contact}",
                "customer": {"customerNumber": customer, "self": f"{_REST}/customers/{customer}"},
            },
            "salesPerson": {"employeeNumber": 3, "self": f"{_REST}/employees/3"},
            "other": f"Rekv. {number}",
        },
        "layout": {"layoutNumber": 19, "self": f"{_REST}/layouts/19"},
        "pdf": {"download": f"{_REST}/invoices/booked/{number}/pdf"},
        "sent": f"{_REST}/invoices/booked/{number}/sent",
        "self": f"{_REST}/invoices/booked/{number}",
    }
    return [invoice]


def paid_invoices(number: int, paid: int = 0) -> list[Row]:
    """Generate a booked invoice if it is paid in full; see `booked_invoices`."""
    return [invoice for invoice in booked_invoices(number, paid) if not invoice["remainder"]]


def unpaid_invoices(number: int, paid: int = 0) -> list[Row]:
    """Generate a booked invoice if it is not paid in full; see `booked_invoices`."""
    return [invoice for invoice in booked_invoices(number, paid) if invoice["remainder"]]


def booked_documents(number: int) -> list[Row]:
    """Generate a booked invoice as it is fetched by its number, with its lines."""
    lines = [
        {
            "lineNumber": line["userInterfaceNumber"],
            "sortKey": line["userInterfaceNumber"],
            **{name: line[name] for name in line if name in _SHARED},
            "unit": {"unitNumber": 1, "name": "stk.", "self": f"{_REST}/units/1"},
            "product": {
                "productNumber": line["productNumber"],
                "self": f"{_REST}/products/{line['productNumber']}",
            },
        }
        for line in invoice_lines(number)
    ]
    return [{**invoice, "lines": lines} for invoice in booked_invoices(number)]


_SHARED = {
    "description",
    "discountPercentage",
    "quantity",
    "totalNetAmount",
    "unitCostPrice",
    "unitNetPrice",
    "vatAmount",
    "vatRate",
}


def invoice_lines(number: int) -> list[Row]:
    """Generate the lines of a booked invoice with the properties of the OpenAPI service."""
    net = _amount(number)
    return [
        {
            "documentId": number,
            "number": number * 10 + line,
            "userInterfaceNumber": line,
            "description": f"Bordplade i eg, model {number % 80}",
            "productNumber": str(1000 + number % 80),
            "quantity": 2,
            "unitNumber": 1,
            "unitNetPrice": net,
            "unitCostPrice": net / 2,
            "discountPercentage": _ZERO,
            "totalNetAmount": net * 2,
            "vatRate": Decimal("25.00"),
            "vatAmount": net / 2,
            "bookedAccount": 1010,
        }
        for line in range(1, LINES_PER_INVOICE + 1)
    ]


def _day(number: int) -> str:
    return _DAYS[number // _PER_DAY % len(_DAYS)].isoformat()


def _amount(number: int) -> Decimal:
    # A multiple of four øre, so that VAT and halves need no more decimals.
    return Decimal(number * 7919 % 2_500_000 * 4).scaleb(-2)
