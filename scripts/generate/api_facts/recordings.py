"""Recorded bodies, with the values of companies and people masked.

Keys, codes, dates, links and the short texts of errors are as recorded. Of all other text and of
amounts, only the form is kept: length, case, padding, decimals, zeros.
"""

from __future__ import annotations

import json
import re
import typing as t
from decimal import Decimal

Json: t.TypeAlias = t.Any

# Properties whose text is a name, a code or a key, or an error's text that the contract quotes.
_KEPT = {
    "accountType", "accountingYear", "allowedFilteringFields", "baseCurrency", "code",
    "content_type", "culture", "currency", "cursor", "debitCredit", "distributionType", "entryType",
    "entryTypeRestrictedTo", "errorCode", "errors", "httpMethod", "message", "messages",
    "nemHandelType", "paymentTermsType", "productNumber", "request", "title", "vatCode", "year",
    "X-CallCost", "X-RateLimiting",
}  # fmt: skip
# Remarks of those who recorded.
_REMARKS = {"host", "kind", "note", "observed", "path", "reading"}
# Whole numbers that are no keys, counts or codes.
_AMOUNTS = {"agreementNumber", "balance", "creditLimit", "dueAmount", "price"}

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:]+Z?)?")
_LINK = re.compile(r"https://(restapi\.e-conomic\.com|tools\.ietf\.org)/\S*")


def decoded(text: str) -> Json:
    """Decode a body; numbers with decimals keep their digits."""
    return json.loads(text, parse_float=Decimal)


def masked(value: Json, name: str = "") -> Json:
    """Return a body with its values masked.

    Args:
        value: The body, or a part of it.
        name: The property that it is the value of.
    """
    if isinstance(value, dict):
        return {
            member: content if name in _KEPT else masked(content, member)
            for member, content in value.items()
            if member not in _REMARKS
        }
    if isinstance(value, list):
        return [masked(item, name) for item in value]
    if isinstance(value, str):
        is_kept = name in _KEPT or _DATE.fullmatch(value) or _LINK.fullmatch(value)
        return value if is_kept else masked_text(value)
    if isinstance(value, Decimal):
        return Decimal(re.sub("[1-9]", "1", str(value)))
    if name in _AMOUNTS:
        return int(re.sub("[1-9]", "1", str(value)))
    return value


def masked_text(text: str) -> str:
    """Return a text with its letters of English replaced by x or X, and digits by 9."""
    return re.sub("[a-z]", "x", re.sub("[A-Z]", "X", re.sub("[0-9]", "9", text)))
