"""A Danish chart of accounts and its VAT codes."""

from __future__ import annotations

import decimal
import typing as t

from economic_sandbox.company.masters import Account, VatAccount

if t.TYPE_CHECKING:
    import datetime

SALES_GOODS = 1010
SALES_SERVICES = 1020
SALES_EU = 1050
SALES_ABROAD = 1055
SALES_EXEMPT = 1060
PURCHASES = 1310
PURCHASES_EU = 1320
FREIGHT = 1350
SALARIES = 2210
PENSION = 2220
SOCIAL_COSTS = 2230
RENT = 3410
SOFTWARE = 3620
DEPRECIATION = 4010
BANK_CHARGES = 4320
INTEREST = 4330
EXCHANGE_DIFFERENCES = 4340
EQUIPMENT = 5120
ACCUMULATED_DEPRECIATION = 5130
CUSTOMERS = 5600
PREPAID_COSTS = 5650
CASH = 5810
BANK = 5820
SHARE_CAPITAL = 6110
RETAINED_EARNINGS = 6120
BANK_LOAN = 6510
SUPPLIERS = 6800
SALES_VAT = 6902
PURCHASE_VAT = 6904
REVERSE_CHARGE_VAT = 6906
VAT_SETTLEMENT = 6920
WITHHELD_TAX = 6950
SUSPENSE = 7200

_HEADINGS = {
    1000: ("headingStart", "RESULTATOPGØRELSE"),
    1005: ("heading", "Omsætning"),
    1300: ("heading", "Vareforbrug"),
    2200: ("heading", "Lønninger"),
    2700: ("heading", "Salgsomkostninger"),
    3400: ("heading", "Lokaleomkostninger"),
    3600: ("heading", "Administration"),
    4000: ("heading", "Afskrivninger"),
    4300: ("heading", "Finansielle poster"),
    5000: ("headingStart", "BALANCE"),
    5100: ("heading", "Anlægsaktiver"),
    5500: ("heading", "Omsætningsaktiver"),
    6100: ("heading", "Egenkapital"),
    6500: ("heading", "Langfristet gæld"),
    6700: ("heading", "Kortfristet gæld"),
    7000: ("heading", "Systemkonti"),
}

_PROFIT_AND_LOSS = {
    SALES_GOODS: ("Salg af varer m/moms", "U25"),
    SALES_SERVICES: ("Salg af ydelser m/moms", "U25"),
    SALES_EU: ("Salg af varer, EU", "UEUV"),
    SALES_ABROAD: ("Salg af varer, øvrige udland", None),
    SALES_EXEMPT: ("Momsfrit salg: kurser og bøger", None),
    PURCHASES: ("Varekøb m/moms", "I25"),
    PURCHASES_EU: ("Varekøb, EU", "IVV"),
    FREIGHT: ("Fragt og told", "I25"),
    SALARIES: ("Løn og gager", None),
    PENSION: ("Pension", None),
    SOCIAL_COSTS: ("ATP og andre sociale bidrag", None),
    2750: ("Annoncer og reklame 📣", "I25"),
    2770: ("Repræsentation (¼ moms)", "REP"),
    2780: ("Rejser, hotel og færger", "I25"),
    RENT: ("Husleje", "I25"),
    3420: ("El, vand og varme", "I25"),
    3604: ("Kontorartikler", "I25"),
    3617: ("Telefon og internet", "I25"),
    SOFTWARE: ("IT og software", "I25"),
    3640: ("Revisor, advokat og rådgivning", "I25"),
    3650: ("Småanskaffelser", "I25"),
    DEPRECIATION: ("Afskrivning på driftsmidler", None),
    BANK_CHARGES: ("Bankgebyrer", None),
    INTEREST: ("Renteudgifter, bank", None),
    EXCHANGE_DIFFERENCES: ("Valutakursdifferencer", None),
}

_STATUS = {
    EQUIPMENT: "Driftsmidler, anskaffelsessum",
    ACCUMULATED_DEPRECIATION: "Driftsmidler, akk. afskrivninger",
    CUSTOMERS: "Debitorer",
    PREPAID_COSTS: "Periodeafgrænsningsposter",
    CASH: "Kasse",
    BANK: "Bankkonto, Sønderjysk Sparekasse",
    SHARE_CAPITAL: "Selskabskapital",
    RETAINED_EARNINGS: "Overført resultat",
    BANK_LOAN: "Banklån",
    SUPPLIERS: "Kreditorer",
    SALES_VAT: "Salgsmoms",
    PURCHASE_VAT: "Købsmoms",
    REVERSE_CHARGE_VAT: "Moms af varekøb i udlandet",
    VAT_SETTLEMENT: "Momsafregning",
    WITHHELD_TAX: "Skyldig A-skat og AM-bidrag",
    SUSPENSE: "Fejlkonto",
}

_TOTALS = {
    1100: ("Omsætning i alt", 1005),
    1390: ("Vareforbrug i alt", 1300),
    2299: ("Lønninger i alt", 2200),
    2799: ("Salgsomkostninger i alt", 2700),
    3499: ("Lokaleomkostninger i alt", 3400),
    3699: ("Administration i alt", 3600),
    4399: ("Finansielle poster i alt", 4300),
    5199: ("Anlægsaktiver i alt", 5100),
    5899: ("Omsætningsaktiver i alt", 5500),
    6190: ("Egenkapital i alt", 6100),
    6999: ("Kortfristet gæld i alt", 6700),
}

_SUMS = {
    1399: ("DÆKNINGSBIDRAG", ((1005, 1100), (1300, 1390))),
    4999: ("ÅRETS RESULTAT", ((1000, 4399),)),
    5999: ("AKTIVER I ALT", ((5000, 5899),)),
    7999: ("PASSIVER I ALT", ((6100, SUSPENSE),)),
}

_CREDIT = range(6000, 7000)
_SALES = range(1000, 1100)
VAT_ACCOUNTS = (SALES_VAT, PURCHASE_VAT, REVERSE_CHARGE_VAT)


def chart_of_accounts(made: datetime.datetime) -> dict[int, Account]:
    """Make the accounts.

    Args:
        made: When they were last changed.
    """
    accounts = [Account(number, kind, name, made) for number, (kind, name) in _HEADINGS.items()]
    accounts += [
        Account(number, "profitAndLoss", name, made, vat_code=vat_code, is_credit=number in _SALES)
        for number, (name, vat_code) in _PROFIT_AND_LOSS.items()
    ]
    accounts += [
        Account(number, "status", name, made, is_credit=number in _CREDIT)
        for number, name in _STATUS.items()
    ]
    accounts += [
        Account(number, "totalFrom", name, made, total_from=first)
        for number, (name, first) in _TOTALS.items()
    ]
    accounts += [
        Account(number, "sumInterval", name, made, intervals=intervals)
        for number, (name, intervals) in _SUMS.items()
    ]
    chart = {account.number: account for account in sorted(accounts, key=lambda a: a.number)}
    for number in (CUSTOMERS, SUPPLIERS, *VAT_ACCOUNTS, VAT_SETTLEMENT):
        chart[number].blocked = True
    chart[CASH].barred = True
    chart[SOFTWARE].contra = BANK
    chart[RENT].dimension_key = 1
    chart[SALARIES].dimension_key = 10
    chart[SALES_GOODS].key_figure_code = 1
    chart[CUSTOMERS].key_figure_code = 2
    return chart


def vat_accounts() -> dict[str, VatAccount]:
    """Make the VAT codes: 25 % at home, reverse charge from the EU."""
    rate, none = decimal.Decimal("25.00"), decimal.Decimal("0.00")
    codes = [
        VatAccount("I25", "Købsmoms 25 %", rate, 2, PURCHASE_VAT),
        VatAccount("IVV", "Varekøb i EU", rate, 2, PURCHASE_VAT, contra=REVERSE_CHARGE_VAT),
        VatAccount("REP", "Repræsentation", decimal.Decimal("6.25"), 2, PURCHASE_VAT),
        VatAccount("U25", "Salgsmoms 25 %", rate, 1, SALES_VAT),
        VatAccount("UEUV", "Varesalg, EU", none, 1, SALES_VAT),
        VatAccount("UGL22", "Gammel sats", decimal.Decimal("22.00"), 1, SALES_VAT, barred=True),
    ]
    return {vat.code: vat for vat in codes}
