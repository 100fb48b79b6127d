"""The loader's settings without Meltano."""

from __future__ import annotations

import json
import typing as t

from scripts.loader_settings import loader_settings
from tests.support.meltano import Project

if t.TYPE_CHECKING:
    from pathlib import Path


def test_the_settings_of_the_loader_are_those_that_meltano_gives_it(tmp_path: Path) -> None:
    project = Project(tmp_path, {})
    given = json.loads(project.meltano("config", "print", "target-postgres"))
    assert loader_settings() == {name: value for name, value in given.items() if value is not None}
