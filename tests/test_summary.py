"""The report at the end of a run, on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import pytest

from tests.support.catalogs import selecting
from tests.support.scripted import Answer, collection

if t.TYPE_CHECKING:
    from pathlib import Path

    from tests.support.scripted import Request, Serve

STREAMS = ("customers", "suppliers", "departments", "journals")
FLEET = 200
REVOKED, STOPPED, REJECTED, LACKING = 3, 50, 60, 61  # their places in the fleet
NO_MODULE = range(0, FLEET, 20)
FIRST = 1_000_000
DENIED = {"message": "Forbidden", "errorCode": "E04300"}


def answer(request: Request) -> Answer:
    """Answer for the agreement whose place in the fleet is its token."""
    place = int(request.headers["X-AgreementGrantToken"])
    costs = {"X-CallCost": "3"}
    what = request.path.removeprefix("/rest/")
    if (place, what) == (REVOKED, "self") or (
        place == STOPPED and what not in {"self", "departments"}
    ):
        return Answer({"message": "Unauthorized"}, 401, costs)
    if what == "self":
        return Answer({"agreementNumber": FIRST + place}, 200, costs)
    if what == "departments" and place in NO_MODULE:
        return Answer({**DENIED, "logId": f"log-{place}"}, 403, costs)
    if what == "journals" and place == REJECTED:
        return Answer({"message": "Could not parse"}, 400, costs)
    key = {"customers": "customerNumber", "suppliers": "supplierNumber"}.get(what)
    rows: list[dict[str, t.Any]] = [{key or f"{what[:-1]}Number": number} for number in (1, 2)]
    if what == "suppliers" and place == LACKING:
        rows[1] = {"name": "?"}
    return Answer(collection(rows).body, 200, costs)


def ended(
    serve: Serve, folder: Path, places: t.Iterable[int], *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Read agreements of the fleet, as a process."""
    api = serve(answer)
    config = {
        "app_secret_token": "a",
        "concurrency": 1,  # whether a stream was asked for before its agreement stopped is luck
        "agreements": [
            {"agreement_grant_token": str(place), "name": f"Datterselskab nr. {place} af 1987 A/S"}
            for place in places
        ],
        "rest_url": f"{api.url}/rest",
        "openapi_url": f"{api.url}/openapi",
    }
    for name, content in (("config", config), ("catalog", selecting(*STREAMS))):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    files = ("--config", "config.json", "--catalog", "catalog.json")
    return subprocess.run(
        [sys.executable, "-m", "tap_economic", *files, *options],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", **environment},
        text=True,
        timeout=300,
    )


def report_of(process: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of the report, without those of the log."""
    return [line.rstrip() for line in process.stderr.splitlines() if " | " not in line]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The report of a run over two hundred agreements."""
    from tests.support.scripted import ScriptedApi  # noqa: PLC0415

    with ScriptedApi(answer) as api:
        process = ended(lambda _: api, tmp_path_factory.mktemp("fleet"), range(FLEET))
    assert process.returncode == 1
    return report_of(process)


def name_of(place: int) -> str:
    return f"{FIRST + place} (Datterselskab nr. {place} af 1987 A/S)"


def test_a_report_of_two_hundred_agreements_has_a_line_for_each_and_fits_80_columns(
    fleet: list[str],
) -> None:
    lines = [line for line in fleet if line.startswith(f" {FIRST // 1000}")]
    assert len(lines) == FLEET - 1  # the one that did not open has no number
    assert max(map(len, fleet)) <= 80
    assert len(fleet) < FLEET + 40


def test_what_needs_attention_comes_first_and_each_reason_has_a_line_of_its_own(
    fleet: list[str],
) -> None:
    text = " ".join(" ".join(fleet).split())
    rejected = "e-conomic responded with 400: Could not parse"
    told = [
        f"not read: Datterselskab nr. {REVOKED} af 1987 A/S e-conomic rejects the tokens",
        f"refused: journals, customers, suppliers of agreement {name_of(STOPPED)} e-conomic",
        f"failed: journals of agreement {name_of(REJECTED)} {rejected}",
        f"incomplete: suppliers of agreement {name_of(LACKING)} records without",
        f"skipped: departments of agreements {name_of(0)}, ",
        "agreement read counted rows calls cost",
    ]
    places = [text.find(one) for one in told]
    assert -1 not in places
    assert set(places[:4]) | {*places[4:]} == {*places}
    assert max(places[:4]) < places[4] < places[5]


def test_agreements_with_the_same_reason_are_told_of_together_whatever_the_number_of_the_log(
    fleet: list[str],
) -> None:
    text = " ".join(" ".join(fleet).split())
    assert text.count("skipped: ") == 1
    assert (
        f"{name_of(80)} and {len(NO_MODULE) - 5} more e-conomic responded with 403: Forbidden"
        in text
    )
    assert "log-" not in text


def test_an_agreement_s_line_sums_up_its_streams(fleet: list[str]) -> None:
    figures = {
        line.split()[0]: line.split()[-7:] for line in fleet if line.startswith(f" {FIRST // 1000}")
    }
    assert figures[str(FIRST + 1)] == ["4", "of", "4", "4", "8", "5", "15"]
    assert figures[str(FIRST)] == ["3", "of", "4", "3", "6", "5", "15"]
    assert figures[str(FIRST + STOPPED)][:5] == ["1", "of", "4", "1", "2"]


def test_the_last_line_sums_up_the_run(serve: Serve, tmp_path: Path) -> None:
    lines = report_of(ended(serve, tmp_path, [0, 1]))
    assert lines[-1] == "14 rows; 1 skipped, 7 complete; 10 calls that cost 30"


@pytest.mark.parametrize(
    ("place", "code"), [(0, 0), (1, 0), (REJECTED, 1), (LACKING, 1), (STOPPED, 1), (REVOKED, 1)]
)
def test_a_run_ends_with_1_unless_all_was_read_or_skipped_for_a_named_reason(
    serve: Serve, tmp_path: Path, place: int, code: int
) -> None:
    assert ended(serve, tmp_path, [place]).returncode == code


def test_at_debug_each_stream_has_a_line(serve: Serve, tmp_path: Path) -> None:
    process = ended(serve, tmp_path, [0, LACKING], TAP_ECONOMIC_LOGLEVEL="debug")
    lines = [line.split() for line in report_of(process) if line.split()[:1] != []]
    of = {name: [line[1:] for line in lines if line[0] == name] for name in STREAMS}
    assert of["customers"] == [["2", "2", "1", "3", "complete"]] * 2
    assert of["suppliers"] == [["2", "2", "1", "3", "complete"], ["1", "2", "1", "3", "incomplete"]]
    assert of["departments"] == [["0", "1", "3", "skipped"], ["2", "2", "1", "3", "complete"]]
    assert "sync_audit" not in of


def test_a_trial_of_one_agreement_has_a_line_for_each_stream_and_of_many_for_each_agreement(
    serve: Serve, tmp_path: Path
) -> None:
    one = report_of(ended(serve, tmp_path, [0], "--test"))
    assert {line.split()[-1] for line in one if line.split()[:1] == ["customers"]} == {"readable"}
    many = report_of(ended(serve, tmp_path, [0, 1], "--test"))
    assert not [line for line in many if line.split()[:1] == ["customers"]]
    assert " ".join(many[-3].split()) == f"{name_of(1)} 4 of 4 4 8 5 15"
    assert many[-1] == "14 rows; 1 skipped, 7 readable; 10 calls that cost 30"


def test_stdout_is_singer_s_alone(serve: Serve, tmp_path: Path) -> None:
    for line in ended(serve, tmp_path, [0, LACKING]).stdout.splitlines():
        assert json.loads(line)["type"] in {"SCHEMA", "RECORD", "STATE"}
