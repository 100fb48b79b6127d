"""What `make demo` shows: the books of a company of the sandbox, before and after some time."""

from __future__ import annotations

import copy
import io
import re
import typing as t
from decimal import Decimal

import psycopg
import pytest
from rich.cells import cell_len
from rich.console import Console

from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from scripts.demo import __main__ as demo
from scripts.demo.asking import Asking
from scripts.demo.loading import SCHEMAS, Pipeline
from scripts.demo.own_books import OwnBooks
from scripts.demo.page import Figure, Row, Table, differing
from scripts.demo.tables import tables
from scripts.postgres import started, temporary_folder
from tests.support.browsing import SIZES, chromium, keep, opened, overflow
from tests.support.programs import program

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from economic_sandbox.company import Company
    from economic_sandbox.company.model.ledger import Entry
    from scripts.demo.page import Part

WIDTH = 100
DEBTORS, BANK = 5600, 5820
VAT = (6902, 6904, 6906)
NONE = Decimal("0.00")


class Shown(t.NamedTuple):
    """A demo that ended.

    Attributes:
        before: The company before time passed.
        after: The company after it.
        parts: What was shown.
        said: The same as it was printed.
        folder: Where it kept its files.
    """

    before: Company
    after: Company
    parts: list[Part]
    said: str
    folder: Path

    def table(self, title: str) -> Table:
        (found,) = (p for p in self.parts if isinstance(p, Table) and p.title.startswith(title))
        return found

    def cells(self, title: str) -> dict[str, list[t.Any]]:
        """The cells of a table by the names of its rows."""
        return {str(row.cells[0]): list(row.cells[1:]) for row in self.table(title).rows}


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    for environment in ("target-postgres", "dbt"):
        program(environment)
    company = generate_company(seed=41, invoices=80)
    before = copy.deepcopy(company)
    output = io.StringIO()
    with temporary_folder() as folder:
        with Sandbox(company) as sandbox:
            parts = demo.show(sandbox, folder, Console(file=output, width=WIDTH), as_html=True)
        yield Shown(before, company, parts, output.getvalue(), folder)


def summed(company: Company, counts: Callable[[Entry], bool]) -> Decimal:
    return sum((e.base for e in company.ledger.entries.values() if counts(e)), NONE)


def is_of(company: Company, year: int, *months: int) -> Callable[[Entry], bool]:
    """Whether an entry is one of profit and loss, in a year or some months of it."""
    return lambda entry: (
        company.accounts[entry.account].type == "profitAndLoss"
        and entry.date.year == year
        and entry.date.month in (months or range(1, 13))
    )


def test_the_result_of_quarters_and_years_is_that_of_the_companys_entries(shown: Shown) -> None:
    found = {name: cells[-1].amount for name, cells in shown.cells("Result").items()}
    this = shown.before.today.year
    quarter = (shown.before.today.month + 2) // 3
    expected = {
        f"{year} Q{number}": -summed(
            shown.before, is_of(shown.before, year, *range(3 * number - 2, 3 * number + 1))
        )
        for year in (this - 1, this)
        for number in range(1, 5)
        if (year, number) <= (this, quarter)
    }
    for year in (this - 1, this):
        expected[str(year)] = -summed(shown.before, is_of(shown.before, year))
    assert found == expected
    assert all(found.values())


def test_the_balance_sheet_sums_to_nothing_and_has_the_balances_of_the_accounts(
    shown: Shown,
) -> None:
    found = {name: cells[-1].amount for name, cells in shown.cells("Balance").items()}
    balances = shown.before.balances()
    assert found["Sum"] == NONE
    assert found["Receivables"] == balances[DEBTORS]
    assert found["Cash"] == balances[BANK]


def test_the_biggest_debtors_owe_what_their_entries_sum_to(shown: Shown) -> None:
    owed = dict.fromkeys(
        (f"{number} {one.name.strip()}" for number, one in shown.before.customers.items()), NONE
    )
    for entry in shown.before.ledger.entries.values():
        if entry.customer is not None:
            name = shown.before.customers[entry.customer].name.strip()
            owed[f"{entry.customer} {name}"] += entry.base
    *biggest, _, total = (
        (name, cells[-1].amount) for name, cells in shown.cells("Receivables").items()
    )
    assert sorted(owed.values(), reverse=True)[: len(biggest)] == [amount for _, amount in biggest]
    assert {name: owed[name] for name, _ in biggest} == dict(biggest)
    assert total == ("Total", sum(owed.values()))


def test_the_vat_of_the_quarter_is_what_is_on_the_vat_accounts(shown: Shown) -> None:
    *_, total = shown.cells("VAT").values()
    today = shown.before.today
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    expected = summed(shown.before, lambda e: e.account in VAT and first <= e.date <= today)
    assert total[-1].amount == expected != NONE


def test_every_figure_is_held_against_another_and_none_differs(shown: Shown) -> None:
    first = [shown.table(title) for title in ("Result", "Balance", "Receivables", "VAT")]
    assert all(figure.controls for table in first for figure in table.figures)
    assert differing(shown.parts) == []


def test_what_changed_is_what_happened(shown: Shown) -> None:
    before, after = shown.before, shown.after
    new = [e for n, e in after.ledger.entries.items() if n not in before.ledger.entries]
    (payment,) = (e for e in new if e.account == BANK)
    (invoice,) = after.invoices.keys() - before.invoices.keys()
    (draft,) = before.drafts.keys() - after.drafts.keys()
    told = {name: cells[0] for name, cells in shown.cells("Time passes").items()}
    assert f"{payment.amount:,.2f}" in told["pay_in_full"]
    assert f"Invoice {invoice} is booked" in told["book_invoice"]
    assert told["delete_draft"] == f"Draft {draft} is deleted"

    changes = {name: cells[1] for name, cells in shown.cells("Figures").items()}
    year = after.today.year
    assert changes[f"Cash {year}"] == payment.base
    assert changes[f"Receivables {year}"] == sum(e.base for e in new if e.account == DEBTORS)
    assert changes[f"Result of {year}"] == -sum(
        e.base for e in new if after.accounts[e.account].type == "profitAndLoss"
    )

    rows = {
        name: dict(re.findall(r"(\w+) (\d+)", cells[1]))
        for name, cells in shown.cells("Rows").items()
    }
    assert rows["new"]["booked_entries"] == str(len(new))
    assert rows["new"]["invoices_booked"] == rows["gone"]["invoices_drafts"] == "1"
    assert rows["gone"]["invoices_drafts_lines"] == str(len(before.drafts[draft].lines))
    assert "booked_entries" not in rows["gone"]


def test_it_says_how_many_calls_each_run_took(shown: Shown) -> None:
    calls = [int(number) for number in re.findall(r"(\d+) calls", shown.said.replace("\n", " "))]
    assert len(calls) == 2
    assert all(calls)


def test_no_line_is_wider_than_the_terminal_and_no_name_is_cut(shown: Shown) -> None:
    assert max(map(cell_len, shown.said.splitlines())) <= WIDTH
    assert "…" not in shown.said
    words = set(shown.said.split())
    names = [name for title in ("Receivables", "Figures") for name in shown.cells(title)]
    assert {word for name in names for word in name.split()} - words == set()


@pytest.fixture(scope="module")
def database(shown: Shown) -> Iterator[str]:
    """The database that the demo left behind."""
    with started(shown.folder / "postgres") as server:
        yield server.get_uri()


@pytest.fixture(scope="module")
def connection(database: str) -> Iterator[psycopg.Connection]:
    options = f"--search_path={','.join(SCHEMAS)}"
    with psycopg.connect(database, autocommit=True, options=options) as connection:
        yield connection


def test_a_figure_that_the_companys_own_books_do_not_have_differs(
    shown: Shown, connection: psycopg.Connection
) -> None:
    today = shown.before.today
    asked = Asking(connection, today, OwnBooks(shown.before))  # of before the second run
    invoiced = shown.cells("Figures")[f"Result of {today.year}"][1]
    differences = {figure.name: figure.difference for figure in differing(tables(asked))}
    assert differences[f"Result of {today.year}"] == invoiced
    assert f"Result of {today.year - 1}" not in differences


def test_without_the_sandbox_years_are_held_against_the_totals_of_economic(
    shown: Shown, connection: psycopg.Connection
) -> None:
    found = tables(Asking(connection, shown.after.today, None))
    held = {figure.name for table in found for figure in table.figures if figure.controls}
    year = shown.after.today.year
    assert {f"Result of {year}", f"Cash {year}", "Aged receivables"} <= held
    assert differing(found) == []


def test_a_total_of_economic_that_differs_stops_the_demo_and_names_the_test(
    shown: Shown, database: str, connection: psycopg.Connection
) -> None:
    change = (
        'UPDATE accounting_year_totals SET "totalInBaseCurrency" = "totalInBaseCurrency" + %s'
        ' WHERE "accountNumber" = %s'
    )
    connection.execute(change, [1, BANK])
    with pytest.raises(SystemExit, match="trial_balance_equals_accounting_year_totals"):
        Pipeline(shown.folder, database).build(shown.after.today)
    connection.execute(change, [-1, BANK])


def test_a_figure_that_differs_ends_the_demo_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Figure("Result", Decimal("1.00"), (Decimal("1.01"),))
    monkeypatch.setattr(demo, "show", lambda *_, **__: [Table("Result", ("",) * 3, [Row([wrong])])])
    monkeypatch.setattr("sys.argv", ["demo"])
    with pytest.raises(SystemExit, match="figures that differ: 1"):
        demo.main()


@pytest.mark.parametrize("size", SIZES)
def test_the_page_has_the_same_tables_and_needs_nothing_else(shown: Shown, size: str) -> None:
    requested: list[str] = []
    with chromium() as browser, opened(browser, size) as page:
        page.on("request", lambda request: requested.append(request.url))
        address = (shown.folder / "books.html").as_uri()
        page.goto(address)
        keep(page, "books")
        assert requested == [address]
        assert overflow(page) == 0
        assert page.title() == page.get_by_role("heading", level=1).inner_text()
        shown_tables = [part for part in shown.parts if isinstance(part, Table)]
        for table in shown_tables:
            rows = page.get_by_role("table", name=table.title).get_by_role("row")
            texts = [row.get_by_role("cell").all_inner_texts() for row in rows.all()[1:]]
            assert texts == [[text for text, _ in row.texts[1:]] for row in table.rows]
        plots = page.get_by_role("img", name="as a bar chart")
        assert plots.count() == sum(bool(table.bars) for table in shown_tables) > 0
        assert all((plot.bounding_box() or {"width": 0})["width"] > 250 for plot in plots.all())
