"""What becomes of the settings: which entry a grant renews, where it is added, what is kept."""

from __future__ import annotations

import json
import stat
import typing as t

import dotenv

from tests.support.commands import tap
from tests.support.connecting import FIRST, SECOND

if t.TYPE_CHECKING:
    from economic_sandbox.company import Company
    from tests.support.connecting import Office

OLD = "T0KEN-revoked"


def entry(token: str, company: Company) -> dict[str, t.Any]:
    return {
        "agreement_grant_token": token,
        "agreement_number": company.agreement_number,
        "name": company.name,
    }


def test_what_was_stored_is_what_the_tap_reads(office: Office) -> None:
    office.write()
    office.connected(office.first)
    office.connected(office.second)
    assert office.config == {
        **office.app,
        "agreements": [entry(FIRST, office.first), entry(SECOND, office.second)],
    }
    ended = tap("--config", str(office.path), "--test")
    assert ended.code == 0, ended.stderr
    assert str(office.first.agreement_number) in ended.stderr
    assert str(office.second.agreement_number) in ended.stderr


def test_the_single_token_of_the_same_agreement_is_renewed(office: Office) -> None:
    number = office.first.agreement_number
    office.write(agreement_grant_token=OLD, agreement_number=number, start_date="2026-01-01")
    said = office.connected(office.first)
    assert "renewed in config.json" in said
    assert office.config == {
        **office.app,
        "agreement_grant_token": FIRST,
        "agreement_number": number,
        "start_date": "2026-01-01",
    }


def test_its_number_is_looked_up_where_the_settings_lack_it(office: Office) -> None:
    office.write(agreement_grant_token=FIRST)
    assert "renewed" in office.connected(office.first)
    assert "agreements" not in office.config
    assert office.config["agreement_number"] == office.first.agreement_number


def test_a_single_token_that_was_revoked_is_replaced(office: Office) -> None:
    office.write(agreement_grant_token=OLD)
    assert "renewed" in office.connected(office.first)
    assert office.config["agreement_grant_token"] == FIRST
    assert "agreements" not in office.config


def test_the_single_token_of_another_agreement_moves_to_the_list(office: Office) -> None:
    office.write(agreement_grant_token=FIRST)
    assert "added" in office.connected(office.second)
    assert office.config == {
        **office.app,
        "agreements": [entry(FIRST, office.first), entry(SECOND, office.second)],
    }


def test_a_revoked_token_with_a_number_moves_with_it(office: Office) -> None:
    office.write(agreement_grant_token=OLD, agreement_number=7)
    office.connected(office.second)
    moved, added = office.config["agreements"]
    assert moved == {"agreement_grant_token": OLD, "agreement_number": 7}
    assert added == entry(SECOND, office.second)
    assert office.config.keys() == {*office.app, "agreements"}


def test_an_entry_of_the_list_is_renewed_in_its_place(office: Office) -> None:
    number = office.first.agreement_number
    mine = {"agreement_grant_token": OLD, "agreement_number": number, "name": "Mine", "x-a": 1}
    office.write(agreements=[entry("T0KEN-other", office.second), mine])
    assert "renewed" in office.connected(office.first)
    other, renewed = office.config["agreements"]
    assert other == entry("T0KEN-other", office.second)
    assert renewed == {**mine, "agreement_grant_token": FIRST}


def test_a_revoked_entry_that_nobody_can_tell_is_left_alone(office: Office) -> None:
    revoked = {"agreement_grant_token": OLD, "name": "Perhaps another"}
    office.write(agreements=[revoked])
    assert "added" in office.connected(office.first)
    assert office.config["agreements"] == [revoked, entry(FIRST, office.first)]


def test_settings_of_others_are_kept(office: Office) -> None:
    others = {"x-note": "Åse", "unknown": [1, {"a": None}], "stream_maps": {}, "page_size": 50}
    office.write(**others, agreements=[])
    office.connected(office.first)
    assert {name: office.config[name] for name in others} == others
    assert [*office.config][:3] == [*office.app]
    assert "Åse" in office.path.read_text("utf-8")


def test_only_the_owner_may_read_the_settings_afterwards(office: Office) -> None:
    office.write()
    office.path.chmod(0o644)
    office.connected(office.first)
    assert stat.S_IMODE(office.path.stat().st_mode) == 0o600
    assert [path.name for path in office.folder.iterdir()] == ["config.json"]


def test_a_link_stays_a_link(office: Office) -> None:
    office.write()
    kept = office.folder / "kept"
    kept.mkdir()
    office.path.rename(kept / "real.json")
    office.path.symlink_to(kept / "real.json")
    office.connected(office.first)
    assert office.path.is_symlink()
    assert json.loads((kept / "real.json").read_text("utf-8"))["agreements"]


ENV = """# Meltano's
export OTHER='one # two'
TAP_ECONOMIC_START_DATE=2026-01-01
TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN="{token}"
LAST=${{OTHER}}
"""


def env_of(office: Office, text: str) -> None:
    app = "".join(f"TAP_ECONOMIC_{name.upper()}='{value}'\n" for name, value in office.app.items())
    (office.folder / ".env").write_text(app + text, encoding="utf-8")


def test_an_env_file_keeps_its_other_lines(office: Office) -> None:
    env_of(office, ENV.format(token=FIRST))
    assert "added to .env" in office.connected(office.second, "--env", ".env")
    path = office.folder / ".env"
    lines = path.read_text("utf-8").splitlines()
    for line in ENV.replace("{{OTHER}}", "{OTHER}").splitlines():
        assert (line in lines) == ("TOKEN" not in line)
    found = dotenv.dotenv_values(path)
    assert json.loads(found["TAP_ECONOMIC_AGREEMENTS"] or "") == [
        entry(FIRST, office.first),
        entry(SECOND, office.second),
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_single_token_of_an_env_file_is_renewed(office: Office) -> None:
    env_of(office, ENV.format(token=OLD))
    assert "renewed in .env" in office.connected(office.first, "--env", ".env")
    found = dotenv.dotenv_values(office.folder / ".env")
    assert found["TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN"] == FIRST
    assert found["TAP_ECONOMIC_AGREEMENT_NUMBER"] == str(office.first.agreement_number)
    assert "TAP_ECONOMIC_AGREEMENTS" not in found


def test_a_name_with_quotes_dollars_and_backslashes_survives_in_an_env_file(
    office: Office,
) -> None:
    name = "L'Été \"${HOME}\" \\ \\\\ \\u0041 \\' $PATH #1"
    office.rename(office.first, name)
    env_of(office, "")
    office.connected(office.first, "--env", ".env")
    office.connected(office.second, "--env", ".env")
    found = dotenv.dotenv_values(office.folder / ".env")["TAP_ECONOMIC_AGREEMENTS"]
    assert json.loads(found or "") == [entry(FIRST, office.first), entry(SECOND, office.second)]
