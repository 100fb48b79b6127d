"""What happens in the demo, part by part of its page."""

from __future__ import annotations

import datetime
import typing as t

from psycopg import sql

from economic_sandbox.cli import SETTINGS
from scripts.demo import loading, passing
from scripts.demo.asking import Asking
from scripts.demo.own_books import OwnBooks
from scripts.demo.page import Title, differing
from scripts.demo.tables import tables

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from economic_sandbox.server import Sandbox
    from scripts.demo.page import Part, Table

_LIVE = {"app_secret_token": "demo", "agreement_grant_token": "demo"}


class Round(t.NamedTuple):
    """A run of the whole pipeline.

    Attributes:
        state: What the next one starts from.
        contents: All rows of the loaded tables.
        calls: The calls that it took.
        read: The rows that were read.
        told: How much it was, in how many calls, and how long it took.
        company: The name, agreement number and base currency of the company.
        tables: What the books say.
    """

    state: Mapping[str, t.Any]
    contents: loading.Contents
    calls: int
    read: loading.Read
    told: str
    company: tuple[str, int, str]
    tables: list[Table]


def story(
    pipeline: loading.Pipeline, connection: psycopg.Connection, sandbox: Sandbox | None
) -> Iterator[Part]:
    """Load a company and build its books; and again after some time, if the sandbox has it.

    Args:
        pipeline: What loads and builds.
        connection: The database, in which nothing of an earlier demo is kept.
        sandbox: What to read; without it, e-conomic's public demo agreement.

    Yields:
        The parts of the page, as soon as they are known.
    """
    for schema in loading.SCHEMAS:
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        connection.execute(drop.format(sql.Identifier(schema)))
    first = _round(pipeline, connection, sandbox, None)
    name, number, currency = first.company
    yield Title(f"The books of {name}")
    yield f"Agreement {number}, in {currency}. {first.told}"
    yield from first.tables
    if sandbox:
        yield passing.pass_time(sandbox)
        second = _round(pipeline, connection, sandbox, first.state)
        yield f"Loaded again, from the state of the first run. {second.told}"
        rounds = (first, second)
        yield passing.what_was_read((r.calls for r in rounds), (r.read for r in rounds))
        yield passing.changed_figures(first.tables, second.tables)
        yield passing.changed_rows(first.contents, second.contents)
        yield from (table for table in second.tables if differing([table]))


def _round(
    pipeline: loading.Pipeline,
    connection: psycopg.Connection,
    sandbox: Sandbox | None,
    state: Mapping[str, t.Any] | None,
) -> Round:
    if sandbox:
        sandbox.clear()
        tap = {name: getattr(sandbox, name) for name in SETTINGS}
        today = sandbox.company.today
    else:
        tap, today = _LIVE, datetime.datetime.now(tz=datetime.timezone.utc).date()
    # A row that is gone in e-conomic is marked as such.
    loaded = pipeline.load(tap | {"emit_activate_version_messages": True}, state)
    calls = f" in {len(sandbox.requests)} calls" if sandbox else ""
    built = pipeline.build(today)
    contents = loading.contents(connection)
    ask = Asking(connection, today, OwnBooks(sandbox.company) if sandbox else None)
    shown = tables(ask)
    held = sum(bool(figure.controls) for table in shown for figure in table.figures)
    told = (
        f"{sum(map(len, contents.values())):,} rows in {len(contents)} tables{calls}"
        f" ({loaded.seconds:.1f} s); {built.models} models and {built.tests} tests,"
        f" {built.warnings} warnings ({built.seconds:.1f} s);"
        f" {held} figures held against a control, {len(differing(shown))} differ."
    )
    return Round(
        state=loaded.state,
        contents=contents,
        calls=len(sandbox.requests) if sandbox else 0,
        read=loading.last_read(connection),
        told=told,
        company=ask.company(),
        tables=shown,
    )
