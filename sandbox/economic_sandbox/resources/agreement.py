"""The agreement itself and its roles."""

from __future__ import annotations

import typing as t

from economic_sandbox.company.model import basics
from economic_sandbox.company.model.money import BASE_CURRENCY
from economic_sandbox.resources.resource import Resource
from economic_sandbox.resources.shapes import REST_ROOT, link

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from economic_sandbox.company import Company
    from economic_sandbox.resources.resource import Row

_PROJECT_MODULE = 4
_APP = 3162
APP_PUBLIC_TOKEN = "sandbox"  # noqa: S105 - a fake token, and public


def agreement(company: Company, _values: Mapping[str, str]) -> Row:
    """Return the agreement."""
    role = next(number for number, name in basics.ROLES.items() if name == company.role)
    return {
        "agreementNumber": company.agreement_number,
        "agreementType": {"agreementTypeNumber": 1, "name": "denmark"},
        "userName": "SANDBOX",
        "signupDate": "2022-06-14",
        "user": {
            "loginId": "SANDBOX",
            "email": "aase@fjordvind.example",
            "name": "Åse Bjørnø",
            "language": {
                "languageNumber": 1,
                "name": "Danish",
                "culture": "da-DK",
                "self": link("languages", 1),
            },
            "agreementNumber": company.agreement_number,
        },
        "company": {
            "addressLine1": "Strandvejen 1",
            "zip": "5970",
            "city": "Ærøskøbing",
            "country": "Danmark",
            "name": company.name,
            "phoneNumber": "+45 11 22 33 00",
            "email": "post@fjordvind.example",
            "companyIdentificationNumber": "12345678",
        },
        "bankInformation": {
            "bankName": "Sønderjysk Sparekasse",
            "swiftCode": "SOENDK21",
            "ibanNumber": "DK0059700000123456",
            "bankSortCode": "5970",
            "bankAccountNumber": "0000123456",
            "pbsCustomerGroupNumber": "1",
        },
        "application": {
            "appNumber": _APP,
            "name": "Sandbox",
            "appPublicToken": APP_PUBLIC_TOKEN,
            "created": "2022-06-14",
            "requiredRoles": [{"roleNumber": role, "name": company.role}],
            "self": link("apps", _APP),
        },
        "settings": {"baseCurrency": BASE_CURRENCY},
        "companyAffiliation": "e-conomic",
        "canSendElectronicInvoice": True,
        "modules": [
            {
                "moduleNumber": number,
                "name": basics.MODULES[number],
                "self": link("modules", "agreement", number),
            }
            for number in sorted(company.modules)
        ],
        "self": f"{REST_ROOT}/self",
    }


def app_roles(_company: Company, _values: Mapping[str, str]) -> list[Row]:
    """List the roles that an app can have."""
    rows: list[Row] = []
    for number, name in basics.ROLES.items():
        row: Row = {"roleNumber": number, "name": name}
        if name == "ProjectEmployee":
            module = link("modules", "agreement", _PROJECT_MODULE)
            row["requiredModules"] = [{"moduleNumber": _PROJECT_MODULE, "self": module}]
        rows.append(row)
    return rows


RESOURCES = (
    Resource(None, "/self", agreement),
    Resource(None, "/app-roles", app_roles, ("roleNumber",)),
)
