"""A live run, with the sandbox in the place of e-conomic."""

from __future__ import annotations

import json
import typing as t

import pytest
from starlette.responses import Response

from contract.__main__ import main
from contract.asking import Get
from contract.facts import PROBES
from contract.pace import Pace
from contract.probe import UnanswerableError, masked
from contract.results import Results, load
from contract.target import Grant, Http, Target, live_target
from economic_sandbox.company import generate_company
from economic_sandbox.server import Sandbox
from tests.support.scripted import Answer

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.scripted import Serve

NAME = "Jens Hansen 12"


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    # The budget is so large that a quarter of it lets the run go on without a wait.
    with Sandbox(generate_company(), call_limit=1_000_000) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox that the settings name."""
    _running.clear()
    name_it(_running, monkeypatch)
    return _running


def name_it(sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
    """Name a sandbox in the settings."""
    for name in ("app_secret_token", "agreement_grant_token", "rest_url", "openapi_url"):
        patch.setenv(f"TAP_ECONOMIC_{name.upper()}", getattr(sandbox, name))


@pytest.fixture(scope="module")
def answered(_running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has asked all probes."""
    folder = tmp_path_factory.mktemp("answered")
    with pytest.MonkeyPatch.context() as patch:
        name_it(_running, patch)
        assert main(["--live"], folder) == 0
    return folder


def but(answered: Path, folder: Path, *words: str, when: str | None = None) -> None:
    """Copy the results, but those of probes with these words in their names."""
    kept = json.loads((answered / "results.json").read_text("utf-8"))
    kept["by_name"] = {
        name: {**result, "when": when or result["when"]}
        for name, result in kept["by_name"].items()
        if not any(word in name for word in words)
    }
    (folder / "results.json").write_text(json.dumps(kept), "utf-8")


def results_in(folder: Path) -> Results:
    results = load(folder / "results.json")
    assert results is not None
    return results


def test_it_writes_what_came_of_each_probe(answered: Path, sandbox: Sandbox) -> None:
    results = results_in(answered)
    assert results.target == "the agreement of the settings"
    assert results.by_name.keys() == {probe.name for probe in PROBES}
    assert results.of_status("contradicted") == {}
    assert len(results.of_status("confirmed")) > 450
    reasons = {result.came for result in results.of_status("not answerable").values()}
    assert "needs a grant with role Sales" in reasons
    page = (answered / "contract.md").read_text("utf-8")
    assert "| confirmed | " in page
    assert "not yet asked live" not in page
    assert sandbox.agreement_grant_token not in page


def test_it_goes_on_where_it_was_interrupted(
    sandbox: Sandbox, answered: Path, tmp_path: Path
) -> None:
    missing = "a count is a whole number and nothing else"
    but(answered, tmp_path, missing)
    assert main(["--live"], tmp_path) == 0
    assert [request.path for request in sandbox.requests] == [
        "/rest/self",
        "/openapi/bookedEntriesapi/v4.0.0/booked-entries/count",
    ]
    assert results_in(tmp_path).by_name == {
        **results_in(answered).by_name,
        missing: results_in(tmp_path).by_name[missing],
    }


def test_what_was_asked_days_ago_or_of_another_agreement_is_asked_again(
    sandbox: Sandbox, answered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    but(answered, tmp_path, when="2020-01-01T00:00:00+00:00")
    assert main(["--live"], tmp_path) == 0
    asked = len(sandbox.requests)
    assert {request.method for request in sandbox.requests} == {"GET"}
    assert asked * 3 < 2 * 2500  # two minutes at a quarter of the usual budget
    assert not any(
        result.when.startswith("2020") for result in results_in(tmp_path).by_name.values()
    )
    monkeypatch.delenv("TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN")
    sandbox.clear()
    assert main(["--live"], tmp_path) == 0
    assert len(sandbox.requests) == asked
    assert results_in(tmp_path).target == "the public demo agreement"


def test_a_contradiction_is_told_without_values_and_ends_it_with_1(
    sandbox: Sandbox, answered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    but(answered, tmp_path, "customers")

    @sandbox.before_response
    def name_a_customer(exchange: Exchange) -> Response | None:
        if exchange.path != "/rest/customers" or exchange.query != [("pagesize", "1000")]:
            return None
        body = json.loads(bytes(exchange.respond().body))
        body["collection"][0] |= {"lastUpdated": NAME, "shoeSize": NAME}
        return Response(json.dumps(body), media_type="application/json")

    assert main(["--live"], tmp_path) == 1
    page = (tmp_path / "contract.md").read_text("utf-8")
    wrong = next(line for line in page.splitlines() if line.startswith("| lastUpdated of /cust"))
    assert '"xxxx xxxxxx 99"' in wrong
    said = capsys.readouterr().out
    for text in (page, said, (tmp_path / "results.json").read_text("utf-8")):
        assert "Jens" not in text
        assert "Hansen" not in text
    assert set(results_in(tmp_path).of_status("contradicted")) == {
        r"lastUpdated of /customers is written as \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        "records of customers have the declared types",
    }


def test_an_undeclared_property_is_told_by_its_name(
    sandbox: Sandbox, answered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    but(answered, tmp_path, "units")

    @sandbox.before_response
    def add_a_property(exchange: Exchange) -> Response | None:
        if exchange.path != "/rest/units":
            return None
        body = json.loads(bytes(exchange.respond().body))
        for row in body["collection"]:
            row["shoeSize"] = NAME
        return Response(json.dumps(body), media_type="application/json")

    assert main(["--live"], tmp_path) == 0
    page = (tmp_path / "contract.md").read_text("utf-8")
    assert (
        "Seen besides: records of units have the declared types: undeclared property shoeSize"
        in page
    )
    assert "Jens" not in page + capsys.readouterr().out


@pytest.mark.parametrize(
    ("role", "modules", "confirmed", "not_answerable"),
    [
        (
            "Sales",
            {14},
            ["the role Sales may"],
            ["the role Bookkeeping may", "without the module"],
        ),
        (
            "SuperUser",
            {14},
            ["without the module Project", "without the module Subscription"],
            ["without the module Dimension", "the role Sales may"],
        ),
    ],
)
def test_a_grant_that_lacks_a_role_or_module_answers_what_is_about_that(  # noqa: PLR0913, PLR0917 - two cases
    sandbox: Sandbox,
    answered: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    modules: set[int],
    confirmed: list[str],
    not_answerable: list[str],
) -> None:
    but(answered, tmp_path, *confirmed, *not_answerable)
    with monkeypatch.context() as patch:
        patch.setattr(sandbox.company, "role", role)
        patch.setattr(sandbox.company, "modules", modules)
        sandbox.company.revision += 1
        assert main(["--live"], tmp_path) == 0
    sandbox.company.revision += 1
    results = results_in(tmp_path).by_name
    for words, status in ((confirmed, "confirmed"), (not_answerable, "not answerable")):
        for word in words:
            found = {result.status for name, result in results.items() if word in name}
            assert found == {status}, word


def test_refused_tokens_end_it_with_a_sentence_and_leave_no_results(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN", f"{sandbox.agreement_grant_token}x")
    with pytest.raises(SystemExit, match=r"refused the tokens \(401\)"):
        main(["--live"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_network_it_ends_with_a_sentence_and_leaves_no_results(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sandbox.rest_url
    monkeypatch.setenv("TAP_ECONOMIC_REST_URL", "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match="could not be asked: no answer"):
        main(["--live"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_tokens_in_the_settings_the_demo_agreement_is_asked() -> None:
    target = live_target({"TAP_ECONOMIC_APP_SECRET_TOKEN": "only one of two"})
    assert target.name == "the public demo agreement"
    assert target.grant == Grant(
        "demo", "demo", "https://restapi.e-conomic.com", "https://apis.e-conomic.com"
    )


def target_at(url: str) -> Target:
    return Target("a server", Grant("secret", "grant", url, url))


def test_a_redirect_is_an_answer_and_is_not_followed(serve: Serve) -> None:
    other = serve(lambda _: Answer({}))
    first = serve(lambda _: Answer(status=302, headers={"Location": other.url}))
    with Http(target_at(first.url)) as http:
        assert http(Get("rest", "/self")).status == 302
    assert other.requests == []


def test_a_server_that_is_busy_is_asked_three_times(serve: Serve) -> None:
    answers = [Answer({}, status=503), Answer({}, status=502), Answer({"a": 1})]
    server = serve(lambda _: answers.pop(0))
    with Http(target_at(server.url)) as http:
        assert http(Get("rest", "/self")).body == {"a": 1}
    down = serve(lambda _: Answer({}, status=503))
    with Http(target_at(down.url)) as http, pytest.raises(UnanswerableError, match="503"):
        http(Get("rest", "/self"))
    assert len(down.requests) == 3


def test_a_429_is_waited_for_and_asked_again(serve: Serve) -> None:
    slept: list[float] = []
    answers = [Answer({}, status=429, headers={"Retry-After": "5"}), Answer({"a": 1})]
    server = serve(lambda _: answers.pop(0))
    with Http(target_at(server.url), Pace(sleep=slept.append)) as http:
        assert http(Get("rest", "/self")).body == {"a": 1}
    assert slept == [5]


def test_only_the_form_of_a_value_is_shown() -> None:
    assert masked("Åse 42, 2026-01-02") == '"xxx 99, 9999-99-99"'
    assert masked("a" * 100) == '"' + "x" * 40 + '…"'
    shown = [masked(value) for value in (42, 4.5, None, True, ["a"], {"a": 1})]
    assert shown == [
        "an integer", "a number with decimals", "null", "true", "an array", "an object",
    ]  # fmt: skip
