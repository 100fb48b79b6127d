"""The command ``economic-sandbox``: what it serves, prints and writes."""

from __future__ import annotations

import json
import signal
import socket
import time
import typing as t

import pytest
import requests

from economic_sandbox.cli import SETTINGS, main
from economic_sandbox.company.model.basics import MODULES
from economic_sandbox.faults.kinds import FAULT_KINDS
from economic_sandbox.server import APP_SECRET_TOKEN, Sandbox
from economic_sandbox.simulation.events import EVENTS
from sandbox_support.command import ran, serving

if t.TYPE_CHECKING:
    from pathlib import Path

ENTRIES = "/openapi/bookedEntriesapi/v4.0.0/booked-entries"
PROJECTS = "/openapi/projectsapi/v1.1.0/Projects"
SHARED = ("rest_url", "openapi_url", "app_secret_token")


def test_the_command_prints_the_settings_and_serves_until_it_is_told_to_stop(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.json"
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving("--config", str(config)) as sandbox:
            assert json.loads(config.read_text("utf-8")) == {
                name: sandbox.printed[name] for name in SETTINGS
            }
            assert sandbox.printed["app_public_token"] == Sandbox.app_public_token
            assert requests.get(sandbox.printed["page_url"], timeout=10).status_code == 200
            assert sandbox.get("/rest/self").status_code == 200
            url = sandbox.printed["time_url"]
            moved = requests.post(url, params={"steps": "2"}, timeout=10)
            assert len(moved.json()["events"]) == 2
            sandbox.process.send_signal(number)
            output, complaints = sandbox.process.communicate(timeout=20)
        assert sandbox.process.returncode == 0
        assert (output, complaints) == ("", "")


def test_several_agreements_each_have_a_company_a_role_and_modules(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    options = (
        *("--agreement", "name=Holding A/S,role=Bookkeeping"),
        *("--agreement", "seed=7,invoices=9,without=Project+Inventory"),
        *("--agreement", "name=Lukket ApS,revoked"),
        *("--config", str(config)),
    )
    with serving(*options) as sandbox:
        settings = json.loads(config.read_text("utf-8"))
        assert settings.keys() == {*SHARED, "agreements"}
        first, second, third = settings["agreements"]
        # This role may not read /self, from which the tap would take the number.
        assert isinstance(first.pop("agreement_number"), int)
        assert [entry.keys() for entry in (first, second, third)] == [
            {"agreement_grant_token", "name"}
        ] * 3
        names = [entry["name"] for entry in settings["agreements"]]
        assert names == ["Holding A/S", "Fjord & Vind 2 ApS", "Lukket ApS"]
        tokens = [entry["agreement_grant_token"] for entry in settings["agreements"]]
        assert [sandbox.get("/rest/accounts", token).status_code for token in tokens] == [
            *(200, 200, 401)
        ]
        assert [sandbox.get("/rest/self", token).status_code for token in tokens] == [403, 200, 401]
        company = sandbox.get("/rest/self", tokens[1]).json()
        assert company["company"]["name"] == "Fjord & Vind 2 ApS"
        numbers = {module["moduleNumber"] for module in company["modules"]}
        assert {*MODULES} - numbers == {4, 15}
        assert sandbox.get(PROJECTS, tokens[1]).status_code == 403
        booked = sandbox.get("/rest/invoices/booked", tokens[1]).json()["collection"]
        assert sum(invoice["grossAmount"] > 0 for invoice in booked) == 9
        printed = [line for line in sandbox.lines if line.startswith("agreement_grant_token: ")]
        assert [line.split()[1] for line in printed] == tokens
        assert printed[2].endswith("SuperUser, revoked)")


def test_a_number_of_agreements_have_a_company_each(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    with serving("--agreements", "3", "--config", str(config)) as sandbox:
        entries = json.loads(config.read_text("utf-8"))["agreements"]
        selves = [
            sandbox.get("/rest/self", entry["agreement_grant_token"]).json() for entry in entries
        ]
    assert len({one["agreementNumber"] for one in selves}) == 3
    assert len({one["company"]["name"] for one in selves}) == 3


@pytest.mark.parametrize(
    "options",
    [(), ("--agreement", "role=Bookkeeping"), ("--agreements", "2")],
    ids=["one", "one with its number", "several"],
)
def test_a_file_of_its_own_is_written_again(tmp_path: Path, options: tuple[str, ...]) -> None:
    config = tmp_path / "config.json"
    written = []
    for _ in range(2):
        with serving("--config", str(config), *options):
            written.append(json.loads(config.read_text("utf-8")))
    assert written[0]["rest_url"] != written[1]["rest_url"]
    assert written[0].keys() == written[1].keys()


OWN = dict.fromkeys(SETTINGS, "") | {"app_secret_token": APP_SECRET_TOKEN}
SEVERAL: dict[str, t.Any] = dict.fromkeys(SHARED, "") | {"app_secret_token": APP_SECRET_TOKEN}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(OWN | {"app_secret_token": "of-a-real-app"}),
        json.dumps(OWN | {"start_date": "2026-01-01"}),
        json.dumps(OWN | {"agreements": []}),
        json.dumps(SEVERAL | {"agreements": "none"}),
        json.dumps(SEVERAL | {"agreements": ["token"]}),
        json.dumps(SEVERAL | {"agreements": [{"agreement_grant_token": "x", "note": "keep"}]}),
        json.dumps(SEVERAL),
        json.dumps([*OWN]),
        "",
        "\x00 no JSON",
    ],
)
def test_a_file_that_it_did_not_write_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    config = tmp_path / "config.json"
    config.write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["--invoices", "5", "--config", str(config)])
    assert ended.value.code == 1
    complaint = f"{config} was not written by the sandbox: name another file.\n"
    assert capsys.readouterr() == ("", complaint)
    assert config.read_text(encoding="utf-8") == content


def test_a_file_that_cannot_be_written_is_one_clear_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--invoices", "5", "--config", str(tmp_path)])
    assert ended.value.code == 1
    assert capsys.readouterr() == ("", f"Cannot write {tmp_path}: Is a directory.\n")


def test_a_taken_port_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            main(["--invoices", "5", "--port", str(port)])
    assert ended.value.code == 1
    complaint = f"Cannot listen on 127.0.0.1:{port}: Address already in use.\n"
    assert capsys.readouterr() == ("", complaint)


def test_responses_are_late_limited_and_short_where_that_is_asked_for() -> None:
    options = ("--latency", "70ms", "--call-limit", "7", "--page-size", "10")
    with serving(*options) as sandbox:
        responses = [sandbox.get(ENTRIES) for _ in range(3)]
    assert all(response.elapsed.total_seconds() >= 0.07 for response in responses)
    assert [response.status_code for response in responses] == [200, 200, 429]
    assert len(responses[0].json()["items"]) == 10


def test_a_company_is_the_same_on_the_same_day_with_the_same_seed() -> None:
    read = []
    for seed in ("3", "3", "4"):
        with serving("--today", "2026-03-31", "--seed", seed) as sandbox:
            assert requests.get(sandbox.printed["time_url"], timeout=10).json()["now"] == (
                "2026-03-31T17:00:00"
            )
            read.append(sandbox.get(ENTRIES).json())
    assert read[0] == read[1] != read[2]


def test_events_happen_while_it_serves() -> None:
    with serving("--pass-time", "20ms", "--agreements", "2") as sandbox:
        url = sandbox.printed["time_url"]
        numbers = requests.get(url, timeout=10).json()["agreements"]
        assert len(numbers) == 2
        for number in numbers:
            until = time.monotonic() + 20
            while requests.get(url, {"agreement": number}, timeout=10).json()["revision"] < 2:
                assert time.monotonic() < until


def test_time_passes_in_a_running_sandbox(tmp_path: Path) -> None:
    options = ("--config", "config.json", "--agreements", "2", "--today", "2026-03-31")
    with serving(*options, folder=tmp_path) as sandbox:
        # From any address of it, or from the file in the folder.
        by_url = ran(
            *("pass-time", "--days", "3", "--event", "add_draft", "--event", "add_quote"),
            *("--url", sandbox.printed["openapi_url"]),
            folder=tmp_path,
        )
        numbers = requests.get(sandbox.printed["time_url"], timeout=10).json()["agreements"]
        by_file = ran("pass-time", "--events", "2", "--agreement", str(numbers[1]), folder=tmp_path)
        revisions = [
            requests.get(sandbox.printed["time_url"], {"agreement": number}, timeout=10).json()[
                "revision"
            ]
            for number in numbers
        ]
        unknown = ran("pass-time", "--events", "1", "--agreement", "7", folder=tmp_path)
    lines = by_url.stdout.splitlines()
    assert [line.split(". ")[0] for line in lines] == [
        f"Agreement {number}: add_draft, add_quote" for number in numbers
    ]
    assert all("It is now 2026-04-03T" in line for line in lines)
    assert (by_url.returncode, by_url.stderr) == (0, "")
    (line,) = by_file.stdout.splitlines()
    assert line.startswith(f"Agreement {numbers[1]}: ")
    assert revisions == [3, 5]
    assert unknown.returncode == 1
    known = ", ".join(map(str, numbers))
    assert unknown.stderr == (f"The sandbox refused: There is no agreement 7; there are {known}.\n")


def test_the_help_and_its_subcommand_list_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["faults"]):
        main(arguments)
        told = capsys.readouterr().out.splitlines()
        for name in FAULT_KINDS:
            assert any(line.split()[:1] == [name] for line in told)


def test_the_help_says_that_it_is_read_only(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    assert "any request but GET is a 405" in " ".join(capsys.readouterr().out.split())


def test_the_events_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["events"])
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told if line[0] != " "] == [*EVENTS]


@pytest.mark.parametrize(
    "arguments",
    [
        "--agreement role=Boss",
        "--agreement seed=one",
        "--agreement invoices=0",
        "--agreement without=Payroll",
        "--agreement colour=blue",
        "--agreement revoked=yes",
        "--agreement name",
        "--agreement seed=1 --agreement seed=1 --invoices 5",
        "--agreement seed=1 --agreements 2",
        "--agreements 0",
        "--fault nonsense",
        "--fault html,where=here",
        "--fault html,at",
        "--latency soon",
        "--pass-time 0s",
        "--call-limit 0",
        "--page-size many",
        "--port 99999",
        "--invoices 0",
        "--today 2020-01-01 --invoices 5",
        "--nonsense",
        "nonsense",
        "pass-time",
        "pass-time --days -1",
        "pass-time --event rob_the_bank",
        "pass-time --days 1 --config none.json",
        "pass-time --days 1 --url ftp://127.0.0.1",
    ],
)
def test_what_is_wrong_with_an_option_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    output, complaint = capsys.readouterr()
    assert ended.value.code == 2
    assert output == ""
    assert complaint.count("\n") == 1
    assert complaint.endswith((".\n", "?\n", "?)\n"))


def test_without_a_sandbox_no_time_passes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/rest"
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"rest_url": url}), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["pass-time", "--days", "1", "--config", str(config)])
    assert ended.value.code == 1
    address = url.removeprefix("http://").removesuffix("/rest")
    expected = f"No sandbox responds at {address}: Connection refused.\n"
    assert capsys.readouterr() == ("", expected)
