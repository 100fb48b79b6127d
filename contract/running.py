"""Asks probes, one after the other."""

from __future__ import annotations

import datetime as dt
import typing as t

from contract.asking import Asker
from contract.probe import ContradictedError, UnanswerableError
from contract.results import Result

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from contract.asking import Transport
    from contract.probe import Probe


def run(
    probes: Iterable[Probe],
    transport: Transport,
    known: Mapping[str, Result],
    answered: Callable[[Probe, Result], None],
) -> None:
    """Ask all probes but those with known results.

    Args:
        probes: The probes.
        transport: Sends their requests.
        known: The results that need not be asked again, by the names of the probes.
        answered: Is told each new result.
    """
    ask = Asker(transport)
    for probe in probes:
        if probe.name not in known:
            answered(probe, result_of(probe, ask))


def result_of(probe: Probe, ask: Asker) -> Result:
    """Ask one probe."""
    when = now().isoformat(timespec="seconds")
    try:
        notes = probe.kind.check(ask)
    except ContradictedError as error:
        return Result("contradicted", when, error.expected, error.came)
    except UnanswerableError as error:
        return Result("not answerable", when, came=str(error))
    return Result("confirmed", when, notes=tuple(notes))


def now() -> dt.datetime:
    """Return the time in UTC."""
    return dt.datetime.now(dt.timezone.utc)
