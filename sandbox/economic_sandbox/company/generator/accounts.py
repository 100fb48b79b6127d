"""Generates a Danish chart of accounts and its VAT codes."""

from __future__ import annotations

import decimal
import typing as t

from economic_sandbox.company.model import chart
from economic_sandbox.company.model.masters import Account, VatAccount

if t.TYPE_CHECKING:
    import datetime

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
    chart.SALES_GOODS: ("Salg af varer m/moms", "U25"),
    chart.SALES_SERVICES: ("Salg af ydelser m/moms", "U25"),
    chart.SALES_EU: ("Salg af varer, EU", "UEUV"),
    chart.SALES_ABROAD: ("Salg af varer, øvrige udland", None),
    chart.SALES_EXEMPT: ("Momsfrit salg: kurser og bøger", None),
    chart.PURCHASES: ("Varekøb m/moms", "I25"),
    chart.PURCHASES_EU: ("Varekøb, EU", "IVV"),
    chart.FREIGHT: ("Fragt og told", "I25"),
    chart.SALARIES: ("Løn og gager", None),
    chart.PENSION: ("Pension", None),
    chart.SOCIAL_COSTS: ("ATP og andre sociale bidrag", None),
    2750: ("Annoncer og reklame 📣", "I25"),
    2770: ("Repræsentation (¼ moms)", "REP"),
    2780: ("Rejser, hotel og færger", "I25"),
    chart.RENT: ("Husleje", "I25"),
    3420: ("El, vand og varme", "I25"),
    3604: ("Kontorartikler", "I25"),
    3617: ("Telefon og internet", "I25"),
    chart.SOFTWARE: ("IT og software", "I25"),
    3640: ("Revisor, advokat og rådgivning", "I25"),
    3650: ("Småanskaffelser", "I25"),
    chart.DEPRECIATION: ("Afskrivning på driftsmidler", None),
    chart.BANK_CHARGES: ("Bankgebyrer", None),
    chart.INTEREST: ("Renteudgifter, bank", None),
    chart.EXCHANGE_DIFFERENCES: ("Valutakursdifferencer", None),
}

_STATUS = {
    chart.EQUIPMENT: "Driftsmidler, anskaffelsessum",
    chart.ACCUMULATED_DEPRECIATION: "Driftsmidler, akk. afskrivninger",
    chart.CUSTOMERS: "Debitorer",
    chart.PREPAID_COSTS: "Periodeafgrænsningsposter",
    chart.CASH: "Kasse",
    chart.BANK: "Bankkonto, Sønderjysk Sparekasse",
    chart.SHARE_CAPITAL: "Selskabskapital",
    chart.RETAINED_EARNINGS: "Overført resultat",
    chart.BANK_LOAN: "Banklån",
    chart.SUPPLIERS: "Kreditorer",
    chart.SALES_VAT: "Salgsmoms",
    chart.PURCHASE_VAT: "Købsmoms",
    chart.REVERSE_CHARGE_VAT: "Moms af varekøb i udlandet",
    chart.VAT_SETTLEMENT: "Momsafregning",
    chart.WITHHELD_TAX: "Skyldig A-skat og AM-bidrag",
    chart.SUSPENSE: "Fejlkonto",
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
    7999: ("PASSIVER I ALT", ((6100, chart.SUSPENSE),)),
}

_CREDIT = range(6000, 7000)
_SALES = range(1000, 1100)


def chart_of_accounts(made: datetime.datetime) -> dict[int, Account]:
    """Return the accounts by number.

    Args:
        made: The time of their last change.
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
    by_number = {account.number: account for account in sorted(accounts, key=lambda a: a.number)}
    for number in (chart.CUSTOMERS, chart.SUPPLIERS, *chart.VAT_ACCOUNTS, chart.VAT_SETTLEMENT):
        by_number[number].blocked = True
    by_number[chart.CASH].barred = True
    by_number[chart.SOFTWARE].contra = chart.BANK
    by_number[chart.RENT].dimension_key = 1
    by_number[chart.SALARIES].dimension_key = 10
    by_number[chart.SALES_GOODS].key_figure_code = 1
    by_number[chart.CUSTOMERS].key_figure_code = 2
    return by_number


def vat_accounts() -> dict[str, VatAccount]:
    """Return the VAT codes: 25 % in Denmark, reverse charge from the EU."""
    rate, old_rate, none = (decimal.Decimal(text) for text in ("25.00", "22.00", "0.00"))
    codes = [
        VatAccount("I25", "Købsmoms 25 %", rate, 2, chart.PURCHASE_VAT),
        VatAccount("IVV", "Varekøb i EU", rate, 2, chart.PURCHASE_VAT, chart.REVERSE_CHARGE_VAT),
        VatAccount("REP", "Repræsentation", decimal.Decimal("6.25"), 2, chart.PURCHASE_VAT),
        VatAccount("U25", "Salgsmoms 25 %", rate, 1, chart.SALES_VAT),
        VatAccount("UEUV", "Varesalg, EU", none, 1, chart.SALES_VAT),
        VatAccount("UGL22", "Gammel sats", old_rate, 1, chart.SALES_VAT, barred=True),
    ]
    return {vat.code: vat for vat in codes}
