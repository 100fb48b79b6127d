"""The agreement, and the small lists that the rest refers to."""

from __future__ import annotations

import typing as t

from tap_economic.errors import MistypedValueError
from tap_economic.openapi import OpenAPIStream
from tap_economic.pagination import page_of
from tap_economic.rest import RestSingleStream, RestStream

if t.TYPE_CHECKING:
    from tap_economic.auth import Agreement
    from tap_economic.report import Findings

_SALES = ("SuperUser", "Sales")


class AgreementStream(RestSingleStream):
    """The company behind the tokens: its address, bank, modules, and the user who granted."""

    name = "agreement"
    path = "/self"
    primary_keys = ("agreementNumber",)
    outside_keys = frozenset()  # its body tells the agreement itself
    roles = _SALES

    def number_of(self, agreement: Agreement, findings: Findings) -> int:
        """Ask which agreement a pair of tokens opens.

        Args:
            agreement: The tokens.
            findings: Where to count the call.

        Raises:
            AccessDeniedError: If the app's role may not read it.
            AgreementRefusedError: If the tokens are refused.
            MistypedValueError: If the answer tells no number.
        """
        request = self.build_prepared_request(
            method="GET",
            url=self.get_url(None),
            headers={**self.http_headers, **agreement.headers},
        )
        (row,) = page_of(self.send(request, None, agreement.budget, findings)).records
        number = row.get("agreementNumber")
        if type(number) is not int or not 0 < number < 2**63:
            msg = "e-conomic told no agreement number that can be used (/self)"
            raise MistypedValueError(msg)
        return number


class AppRolesStream(RestStream):
    """The roles that an app can ask for."""

    name = "app_roles"
    path = "/app-roles"
    primary_keys = ("agreementNumber", "roleNumber")
    sort = "roleNumber"
    keyset = True
    selected_by_default = False


class CurrenciesStream(RestStream):
    """The currencies of the agreement."""

    name = "currencies"
    path = "/currencies"
    primary_keys = ("agreementNumber", "code")
    sort = "code"
    roles = ("SuperUser", "Sales", "Bookkeeping")


class PaymentTermsStream(RestStream):
    """The terms of payment."""

    name = "payment_terms"
    path = "/payment-terms"
    primary_keys = ("agreementNumber", "paymentTermsNumber")


class PaymentTypesStream(RestStream):
    """The ways to pay that a supplier may use, such as FIK or IBAN."""

    name = "payment_types"
    path = "/payment-types"
    primary_keys = ("agreementNumber", "paymentTypeNumber")
    roles = ("SuperUser", "Bookkeeping")


class VatAccountsStream(RestStream):
    """The VAT accounts (momskoder) with their rates."""

    name = "vat_accounts"
    path = "/vat-accounts"
    primary_keys = ("agreementNumber", "vatCode")


class VatTypesStream(RestStream):
    """The kinds of VAT: sales, purchases and others."""

    name = "vat_types"
    path = "/vat-types"
    primary_keys = ("agreementNumber", "vatTypeNumber")


class VatZonesStream(RestStream):
    """The VAT zones: domestic, EU, abroad."""

    name = "vat_zones"
    path = "/vat-zones"
    primary_keys = ("agreementNumber", "vatZoneNumber")
    sort = "vatZoneNumber"


class UnitsStream(RestStream):
    """The units in which products are sold."""

    name = "units"
    path = "/units"
    primary_keys = ("agreementNumber", "unitNumber")
    sort = "unitNumber"


class LayoutsStream(RestStream):
    """The layouts of documents."""

    name = "layouts"
    path = "/layouts"
    primary_keys = ("agreementNumber", "layoutNumber")
    left_out_when_false = ("deleted",)


class EmployeesStream(RestStream):
    """The employees that documents refer to."""

    name = "employees"
    path = "/employees"
    primary_keys = ("agreementNumber", "employeeNumber")
    sort = "employeeNumber"
    keyset = True
    roles = _SALES


class EmployeeGroupsStream(OpenAPIStream):
    """The groups of employees."""

    name = "employee_groups"
    service = "projectsapi"
    path = "/EmployeeGroups"
    primary_keys = ("agreementNumber", "number")
    roles = _SALES


class OpenAPIEmployeesStream(OpenAPIStream):
    """The newer API's view of employees; the same people, other properties."""

    name = "openapi_employees"
    service = "projectsapi"
    path = "/Employees"
    primary_keys = ("agreementNumber", "number")
    roles = _SALES
    selected_by_default = False
