"""What the fleet takes from files: the roster, secrets, and the spool of webhooks."""

from __future__ import annotations

import typing as t

import pytest

from orchestrate import spool
from orchestrate.roster import GRANT_TOKEN, RosterError, load_roster, secret_of

if t.TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the roster."""
    path = tmp_path / "roster.yml"
    monkeypatch.setenv("ECONOMIC_ROSTER", str(path))

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")

    return write


def test_the_roster_has_the_settings_of_each_agreement_in_its_order(
    write: Callable[[str], None],
) -> None:
    write("holding: {agreement_number: 7}\ndrift:\n")
    assert list(load_roster().items()) == [("holding", {"agreement_number": 7}), ("drift", {})]


def test_the_example_is_an_empty_roster() -> None:
    assert load_roster() == {}


@pytest.mark.parametrize(
    "text",
    [
        "Drift:",
        "2fast:",
        "a-b:",
        "../drift:",
        f"{'x' * 41}:",
        "7:",
        "drift: yes",
        "- drift",
        "drift: [",
        "drift: {agreement_grant_token: T0KEN}",
    ],
)
def test_what_is_no_roster_is_refused_without_quoting_a_token(
    write: Callable[[str], None], text: str
) -> None:
    write(text)
    with pytest.raises(RosterError) as error:
        load_roster()
    assert "T0KEN" not in str(error.value)


def test_a_roster_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECONOMIC_ROSTER", "/nowhere/roster.yml")
    with pytest.raises(RosterError, match=r"/nowhere/roster\.yml cannot be read"):
        load_roster()


def test_a_secret_is_taken_from_the_environment_or_else_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECONOMIC_SECRETS", str(tmp_path))
    with pytest.raises(RosterError, match=r"set ECONOMIC_GRANT_TOKEN_DRIFT, or write the file"):
        secret_of("drift", GRANT_TOKEN)
    file = tmp_path / "economic_grant_token_drift"
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(RosterError):
        secret_of("drift", GRANT_TOKEN)
    file.write_text("from the file\n", encoding="utf-8")
    assert secret_of("drift", GRANT_TOKEN) == "from the file"
    monkeypatch.setenv("ECONOMIC_GRANT_TOKEN_DRIFT", "from the environment")
    assert secret_of("drift", GRANT_TOKEN) == "from the environment"


def test_calls_collapse_and_one_that_came_meanwhile_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECONOMIC_SPOOL", str(tmp_path / "webhooks.sqlite"))
    spool.add("drift", "sales")
    spool.add("holding", "sales")
    spool.add("drift", "sales")
    first, second = spool.calls()
    assert (first.agreement, second.agreement) == ("holding", "drift")
    spool.add("drift", "sales")  # while a run for the second is requested
    spool.remove(first)
    spool.remove(second)
    (third,) = spool.calls()
    assert third.agreement == "drift"
    assert third.key not in {first.key, second.key}
