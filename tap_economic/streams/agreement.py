"""The agreement, and the registers that other streams refer to."""

from __future__ import annotations

from tap_economic.singer.families import OpenAPIStream, RestSingleStream, RestStream
from tap_economic.streams.roles import BOOKKEEPING, SALES, SALES_OR_BOOKKEEPING


class AgreementStream(RestSingleStream):
    """The company's agreement: address, bank details, modules, and the user who granted access."""

    name = "agreement"
    path = "/self"
    primary_keys = ("agreementNumber",)
    context_keys = frozenset()  # its body contains the agreement number
    roles = SALES


class AppRolesStream(RestStream):
    """The roles that an app can request."""

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
    roles = SALES_OR_BOOKKEEPING


class PaymentTermsStream(RestStream):
    """The payment terms."""

    name = "payment_terms"
    path = "/payment-terms"
    primary_keys = ("agreementNumber", "paymentTermsNumber")


class PaymentTypesStream(RestStream):
    """The payment types of suppliers, such as FIK or IBAN."""

    name = "payment_types"
    path = "/payment-types"
    primary_keys = ("agreementNumber", "paymentTypeNumber")
    roles = BOOKKEEPING


class VatAccountsStream(RestStream):
    """The VAT accounts (momskoder) with their rates."""

    name = "vat_accounts"
    path = "/vat-accounts"
    primary_keys = ("agreementNumber", "vatCode")


class VatTypesStream(RestStream):
    """The VAT types: sales, purchases and others."""

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
    """The units of products."""

    name = "units"
    path = "/units"
    primary_keys = ("agreementNumber", "unitNumber")
    sort = "unitNumber"


class LayoutsStream(RestStream):
    """The document layouts."""

    name = "layouts"
    path = "/layouts"
    primary_keys = ("agreementNumber", "layoutNumber")
    absent_when_false = ("deleted",)


class EmployeesStream(RestStream):
    """The employees that documents refer to."""

    name = "employees"
    path = "/employees"
    primary_keys = ("agreementNumber", "employeeNumber")
    sort = "employeeNumber"
    keyset = True
    roles = SALES


class EmployeeGroupsStream(OpenAPIStream):
    """The employee groups."""

    name = "employee_groups"
    service = "projectsapi"
    path = "/EmployeeGroups"
    primary_keys = ("agreementNumber", "number")
    roles = SALES


class DepartmentsStream(RestStream):
    """The departments."""

    name = "departments"
    path = "/departments"
    primary_keys = ("agreementNumber", "departmentNumber")
    sort = "departmentNumber"
    keyset = True
    absent_when_false = ("barred",)
    module = "Dimension"


class DepartmentalDistributionsStream(RestStream):
    """The departments, and the distributions of amounts among them."""

    name = "departmental_distributions"
    path = "/departmental-distributions"
    primary_keys = ("agreementNumber", "distributionType", "departmentalDistributionNumber")
    sort = "departmentalDistributionNumber"
    roles = SALES_OR_BOOKKEEPING
    module = "Dimension"
