"""The fixture ``economic``, in a project of its own."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from importlib.metadata import entry_points

if t.TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

CLIENT = """
import pytest
import requests

def get(economic, path):
    return requests.get(economic.rest_url + path, headers=economic.headers, timeout=10)

def count(economic, path):
    return get(economic, path).json()["pagination"]["results"]
"""


ALONE = ("--disable-plugin-autoload", "-p", "economic-sandbox")
"""Options that load no other plugin, because the tests' own are slow to import."""


def passed(pytester: pytest.Pytester, tests: str) -> int:
    """Run tests in another process, with warnings as errors; return how many pass."""
    pytester.makepyfile(CLIENT + tests)
    result = pytester.runpytest_subprocess(*ALONE, "-W", "error", "--strict-markers")
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed"}, result.stdout.str()
    return outcomes["passed"]


def test_each_test_has_the_same_company_however_another_changed_it(
    pytester: pytest.Pytester,
) -> None:
    tests = """
@pytest.mark.parametrize("turn", range(3))
def test_changes(economic, turn):
    assert economic.company.today.isoformat() == "2026-11-20"
    assert count(economic, "/customers") == len(economic.company.customers) == 28
    economic.company.customers.clear()
    economic.company.name = "Changed"
    economic.simulation.step()
    economic.faults.add("server_error", lasts="onwards")
    economic.before_response(lambda exchange: None)
    assert get(economic, "/self").status_code == 500
    assert len(economic.requests) == 2
    assert len(economic.simulation.history) == 1

def test_does_not_see_it(economic):
    assert economic.company.name != "Changed"
    assert economic.requests == []
    assert economic.faults.active() == ()
    assert economic.simulation.history == []
    assert get(economic, "/self").headers["X-RateLimiting"].endswith(": 3/10000")
"""
    assert passed(pytester, tests) == 4


def test_the_marker_chooses_the_company_and_the_agreement(pytester: pytest.Pytester) -> None:
    tests = """
@pytest.mark.economic(seed=2, invoices=9, name="Drift ApS", without=["Project"])
class TestDrift:
    def test_class(self, economic):
        assert economic.company.name == "Drift ApS"
        assert economic.company.role == "SuperUser"
        assert 4 not in economic.company.modules
        booked = get(economic, "/invoices/booked").json()["collection"]
        assert sum(invoice["grossAmount"] > 0 for invoice in booked) == 9

    @pytest.mark.economic(role="Bookkeeping", name="Holding A/S")
    def test_closest_marker(self, economic):
        assert economic.company.name == "Holding A/S"
        assert get(economic, "/self").status_code == 403
        assert get(economic, "/accounts").status_code == 200

@pytest.mark.economic(revoked=True)
def test_revoked(economic):
    assert get(economic, "/self").status_code == 401

@pytest.mark.economic(call_limit=3, page_size=10)
def test_server(economic):
    assert [get(economic, "/units").status_code for _ in range(2)] == [200, 429]

def test_default(economic):
    assert [get(economic, "/units").status_code for _ in range(2)] == [200, 200]
"""
    assert passed(pytester, tests) == 5


def test_a_marker_that_it_does_not_understand_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import pytest

@pytest.mark.economic(colour="blue")
def test_unknown_option(economic): pass

@pytest.mark.economic(role="Boss")
def test_unknown_role(economic): pass

@pytest.mark.economic(2)
def test_position(economic): pass
""")
    result = pytester.runpytest_subprocess(*ALONE)
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines_random(
        [
            "@pytest.mark.economic: *unexpected keyword argument 'colour'",
            "@pytest.mark.economic: there is no role 'Boss'; *",
            "@pytest.mark.economic takes keyword arguments only",
        ]
    )


def test_the_fixture_and_the_marker_are_listed(pytester: pytest.Pytester) -> None:
    fixtures = pytester.runpytest_subprocess(*ALONE, "--fixtures").stdout.str()
    assert "A running local e-conomic" in fixtures
    markers = pytester.runpytest_subprocess(*ALONE, "--markers").stdout.str()
    assert "@pytest.mark.economic(seed=1, invoices=200" in markers


def test_a_project_that_does_not_use_it_imports_nothing_of_the_sandbox(
    pytester: pytest.Pytester,
) -> None:
    tests = """
def test_modules():
    import sys
    loaded = {name for name in sys.modules if name.startswith("economic_sandbox")}
    assert loaded == {"economic_sandbox", "economic_sandbox.pytest_plugin"}
    assert not {"starlette", "uvicorn", "msgspec", "jinja2", "click"} & {*sys.modules}
"""
    pytester.makepyfile(tests)
    others = {entry.name for entry in entry_points(group="pytest11")} - {"economic-sandbox"}
    options = [option for name in others for option in ("-p", f"no:{name}")]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


def test_without_the_plugin_there_is_no_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(economic): pass")
    result = pytester.runpytest_subprocess("--disable-plugin-autoload")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'economic' not found"])


def test_the_package_s_own_names_are_imported_when_they_are_used() -> None:
    code = (
        "import sys, economic_sandbox\n"
        "assert 'economic_sandbox.server' not in sys.modules\n"
        "from economic_sandbox import Company, Sandbox, generate_company\n"
        "with Sandbox(generate_company(invoices=5)) as sandbox:\n"
        "    assert isinstance(sandbox.company, Company)\n"
        "try:\n"
        "    economic_sandbox.Nonsense\n"
        "except AttributeError as error:\n"
        "    print(error)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "module 'economic_sandbox' has no attribute 'Nonsense'\n"
