"""The .env that economic-connect writes, read by Meltano itself."""

from __future__ import annotations

import typing as t

from tests.support.meltano import Project

if t.TYPE_CHECKING:
    from tests.support.connecting import Office


def test_meltano_runs_the_tap_with_the_companies_that_were_connected(
    office: Office,
) -> None:
    office.rename(office.first, 'L\'Été "$HOME" \\ ${HOME} #1')
    lines = [f"TAP_ECONOMIC_{name.upper()}='{value}'\n" for name, value in office.app.items()]
    (office.folder / ".env").write_text("".join(lines), encoding="utf-8")
    office.connected(office.first, "--env", ".env")
    office.connected(office.second, "--env", ".env")
    ended = Project(office.folder, {}).ended("invoke", "tap-economic", "--test")
    assert ended.returncode == 0, ended.stderr
    for company in (office.first, office.second):
        assert f"{company.agreement_number} ({company.name})" in ended.stderr
