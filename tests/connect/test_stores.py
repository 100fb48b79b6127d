"""Replacing the settings on a disk that fails."""

from __future__ import annotations

import errno
import os
import typing as t

import pytest

from tap_economic.connect.stores import ConfigFile, EnvFile
from tap_economic.errors import SettingsError

if t.TYPE_CHECKING:
    from pathlib import Path

    from tap_economic.connect.stores import Store


@pytest.mark.parametrize(
    ("kind", "content"), [(ConfigFile, '{"x-a": 1}'), (EnvFile, "A=1\nTAP_ECONOMIC_USER_AGENT=a\n")]
)
def test_a_full_disk_leaves_the_settings_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Store], content: str
) -> None:
    path = tmp_path / "settings"
    path.write_text(content, encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="cannot be written: No space left on device"):
        kind(path).write({"app_secret_token": "T0KEN", "user_agent": "b"})
    assert path.read_text("utf-8") == content
    assert [*tmp_path.iterdir()] == [path]
