"""Callbacks that convert the options' values."""

from __future__ import annotations

import re
import typing as t

import click

from economic_sandbox.faults.switch import FaultSpec, described

if t.TYPE_CHECKING:
    from collections.abc import Iterable

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|)")


def duration(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of a duration such as 50ms, 5s or 2m.

    Raises:
        click.BadParameter: It is none.
    """
    if value is None:
        return None
    match = _DURATION.fullmatch(value)
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0
    if not seconds:
        message = f"{value!r} is no duration such as 50ms, 5s or 2m."
        raise click.BadParameter(message)
    return seconds


def faults(_: click.Context, __: click.Parameter, value: Iterable[str]) -> list[FaultSpec]:
    """Parse descriptions of faults.

    Raises:
        click.BadParameter: One of them is not valid.
    """
    try:
        return [described(text) for text in value]
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message) from None
