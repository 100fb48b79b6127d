"""What each probe must say of itself."""

from __future__ import annotations

import ast
import functools
import importlib
import re
import typing as t
from pathlib import Path

import pytest

from contract.asking import Asker, Get
from contract.facts import PROBES
from tap_economic.streams import STREAMS

if t.TYPE_CHECKING:
    from contract.asking import Answer, Transport

ROOT = Path(__file__).resolve().parents[2]
UNCONFIRMED = [probe for probe in PROBES if probe.confirmed is None]


def test_there_are_150_at_least_and_no_two_have_a_name_or_a_question_in_common() -> None:
    assert len(PROBES) >= 150
    assert len({probe.name for probe in PROBES}) == len(PROBES)
    assert len({repr(probe.kind) for probe in PROBES}) == len(PROBES)


def test_every_stream_has_a_probe_of_its_types() -> None:
    named = {probe.name for probe in PROBES if probe.kind_name == "typed"}
    assert named == {f"records of {stream.name} have the declared types" for stream in STREAMS}


def test_what_rests_on_it_exists() -> None:
    for dotted in {probe.rests for probe in PROBES}:
        assert dotted.split(".")[0] in {"tap_economic", "economic_sandbox"}
        assert found(dotted) is not None


def found(dotted: str) -> object:
    """Import as much of a dotted name as is a module, and get the rest from it."""
    names = dotted.split(".")
    for length in range(len(names), 0, -1):
        try:
            value: object = importlib.import_module(".".join(names[:length]))
        except ModuleNotFoundError:
            continue
        return functools.reduce(getattr, names[length:], value)
    raise AssertionError(dotted)


def test_it_says_where_it_is_known_from_and_when_it_was_confirmed() -> None:
    for probe in PROBES:
        assert re.fullmatch(r"[a-zA-Z ]+(, [A-Za-z ]+)?", probe.source), probe.name
        if probe.confirmed is not None:
            assert re.fullmatch(r"20\d\d(-\d\d){0,2}", probe.confirmed), probe.name
            assert probe.either_way is None, probe.name


def test_what_was_never_confirmed_names_a_test() -> None:
    assert UNCONFIRMED
    assert all(probe.either_way for probe in UNCONFIRMED)


@pytest.mark.parametrize("test", sorted({p.either_way for p in UNCONFIRMED if p.either_way}))
def test_a_test_that_a_probe_names_exists(test: str) -> None:
    file, *names = test.split("::")
    assert set(names) <= definitions(file)


@functools.cache
def definitions(file: str) -> set[str]:
    """The names of the classes and functions in a file."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.ClassDef, ast.FunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_its_requests_name_the_version_of_a_service_and_no_host(transport: Transport) -> None:
    asked: list[Get] = []

    def noting(get: Get) -> Answer:
        asked.append(get)
        return transport(get)

    for probe in PROBES:
        asked.clear()
        probe.kind.check(Asker(noting))
        assert asked, probe.name
        check_requests(asked)


def check_requests(asked: list[Get]) -> None:
    for get in asked:
        assert re.fullmatch(r"(/[^/{}]+)+", get.path)
        is_of_service = re.match(r"/[A-Za-z2]+api/(v\d+\.\d+\.\d+/|booked-entries/|v4/)", get.path)
        assert bool(is_of_service) == (get.host == "openapi")
