"""The small registers of a company: terms, zones, units, currencies, people, dimensions."""

from __future__ import annotations

import decimal

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.masters import (
    Currency,
    DimensionKey,
    Employee,
    Group,
    Named,
    PaymentTerms,
    ProductGroup,
    VatZone,
)

DOMESTIC, EU, ABROAD, EXEMPT = 1, 2, 3, 4
DEPARTMENTS, REGIONS = 1, 2
GOODS, SERVICES, COURSES = 1, 2, 3
PIECES, HOURS = 1, 2
SHARED_BY_DEPARTMENTS = 10

MODULES = {
    3: "Indscanning",
    4: "Projektstyring",
    14: "Dimension (afdeling/kvantum)",
    15: "Lager",
    57: "Budget",
    74: "Subscription and Direct Debit",
    75: "Fixed Assets and Accruals",
}
ROLES = {1: "Sales", 2: "SuperUser", 3: "ProjectEmployee", 4: "Bookkeeping"}

PAYMENT_TERMS = (
    PaymentTerms(1, "Netto 8 dage", "net", 8),
    PaymentTerms(2, "Netto 14 dage", "net", 14),
    PaymentTerms(3, "Løbende måned + 20 dage", "invoiceMonth", 20),
    PaymentTerms(4, "Kontant betaling", "paidInCash"),
    PaymentTerms(5, "Netto 30 dage", "net", 30),
    PaymentTerms(6, "Efter aftale", "dueDate"),
)
PAYMENT_TYPES = (
    Named(1, "+71"),
    Named(2, "+73"),
    Named(5, "+04"),
    Named(7, "Bankoverførsel"),
    Named(10, "IBAN"),
)
VAT_TYPES = (Named(1, "Udgående, salg"), Named(2, "Indgående, køb"), Named(3, "Afgifter"))
VAT_ZONES = (
    VatZone(DOMESTIC, "Indland"),
    VatZone(EU, "EU"),
    VatZone(ABROAD, "Udland"),
    VatZone(EXEMPT, "Indland uden moms", for_suppliers=False),
)
UNITS = (Named(PIECES, "stk."), Named(HOURS, "time(r)"), Named(3, "kg"), Named(4, "m²"))
LAYOUTS = (
    Named(19, "DK. std. m. bankoplys. 1.5"),
    Named(20, "DK. std. m. girokort 1.5"),
    Named(21, "Eng. std. m. bankoplys."),
)
CURRENCIES = (
    Currency("DKK", "208", "Danske kroner", decimal.Decimal(100)),
    Currency("EUR", "978", "Euro", decimal.Decimal("745.90")),
    Currency("SEK", "752", "Svenske kronor", decimal.Decimal("66.42")),
)
CUSTOMER_GROUPS = (
    Group(1, "Danske kunder", chart.CUSTOMERS),
    Group(2, "Udenlandske kunder", chart.CUSTOMERS, layout=21),
    Group(3, "Offentlige kunder (EAN)", chart.CUSTOMERS),
)
SUPPLIER_GROUPS = (
    Group(1, "Danske leverandører", chart.SUPPLIERS),
    Group(2, "Udenlandske leverandører", chart.SUPPLIERS),
)
EMPLOYEE_GROUPS = (Named(1, "Funktionærer"), Named(2, "Timelønnede"))
EMPLOYEES = (
    Employee(1, "Åse Bjørnø", 1, "aase@fjordvind.example", "+45 11 22 33 01"),
    Employee(2, "Søren Kjær", 1, "soeren@fjordvind.example", "+45 11 22 33 02"),
    Employee(3, "Jürgen O'Hara", 2, "jurgen@fjordvind.example", "+45 11 22 33 03"),
    Employee(4, "Ida Åkjær-Dahl", 2, "ida@fjordvind.example", "+45 11 22 33 04"),
    Employee(5, "Bent Tidligere", 2, "bent@fjordvind.example", "+45 11 22 33 05", barred=True),
)
DIMENSIONS = (Named(DEPARTMENTS, "Afdeling"), Named(REGIONS, "Landsdel"))
DIMENSION_KEYS = (
    DimensionKey(DEPARTMENTS, 1, "Administration"),
    DimensionKey(DEPARTMENTS, 2, "Værksted"),
    DimensionKey(DEPARTMENTS, 3, "Butikken på Ærø"),
    DimensionKey(DEPARTMENTS, 4, "Nedlagt lager", active=False),
    DimensionKey(
        DEPARTMENTS,
        SHARED_BY_DEPARTMENTS,
        "Fælles: adm. og værksted",
        shares=((1, decimal.Decimal("40.00")), (2, decimal.Decimal("60.00"))),
    ),
    DimensionKey(REGIONS, 1, "Sønderjylland"),
    DimensionKey(REGIONS, 2, "Øerne"),
    DimensionKey(
        REGIONS,
        3,
        "Hele landet",
        shares=((1, decimal.Decimal("50.00")), (2, decimal.Decimal("50.00"))),
    ),
)
PRODUCT_GROUPS = (
    ProductGroup(
        GOODS,
        "Varer m/moms",
        {
            DOMESTIC: chart.SALES_GOODS,
            EU: chart.SALES_EU,
            ABROAD: chart.SALES_ABROAD,
            EXEMPT: chart.SALES_EXEMPT,
        },
        stocked=True,
    ),
    ProductGroup(
        SERVICES,
        "Ydelser m/moms",
        {
            DOMESTIC: chart.SALES_SERVICES,
            EU: chart.SALES_EU,
            ABROAD: chart.SALES_ABROAD,
            EXEMPT: chart.SALES_EXEMPT,
        },
        accrual_account=chart.PREPAID_COSTS,
    ),
    ProductGroup(
        COURSES,
        "Kurser u/moms",
        {
            DOMESTIC: chart.SALES_EXEMPT,
            EU: chart.SALES_EXEMPT,
            ABROAD: chart.SALES_EXEMPT,
            EXEMPT: chart.SALES_EXEMPT,
        },
    ),
)
