"""A company whose books are known, and runs of the tap that may go wrong."""

from __future__ import annotations

import copy
import dataclasses
import logging
import typing as t

from economic_sandbox.company import generate_company
from tap_economic.stats import ReadStats
from tap_economic.tap import TapEconomic
from tests.support import interrupting
from tests.support.catalogs import selecting
from tests.support.clock import simulated_time
from tests.support.running import Collector
from tests.support.sandboxes import Sandboxes, settings
from tests.support.target import Target

if t.TYPE_CHECKING:
    import contextlib

    from economic_sandbox.faults.switch import Fault
    from economic_sandbox.server import Sandbox
    from tap_economic.report import StreamResult
    from tests.support.shapes import Case, Shape
    from tests.support.target import Table

LOOKBACK = 3
# What happens between two incremental runs; nothing of it makes the tap read all rows again.
EVENTS = (
    "book_invoice",
    "pay_in_full",
    "change_dimension",
    "book_invoice",
    "pay_in_part",
    "attach_document",
    "edit_contact",
    "edit_contact",
    "edit_contact",
)
# What the SDK says of a stream whose bookmark is not in the order of its rows.
UNSORTED = "Stream is assumed to be unsorted, progress is not resumable if interrupted"


@dataclasses.dataclass
class Ended:
    """How a run ended.

    Attributes:
        lines: What it wrote.
        code: The exit code.
        results: What the report says, by stream.
        warnings: What it said that was worse than information.
    """

    lines: list[bytes]
    code: int
    results: dict[str, StreamResult]
    warnings: list[str]


@dataclasses.dataclass
class Known:
    """What is known of a shape.

    Attributes:
        truth: The rows that there are.
        turns: How many requests its path gets, by whether it is read from a bookmark.
        before: What a target held before the last things happened, and the state of it.
    """

    truth: Table
    turns: dict[bool, int]
    before: Target


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() != UNSORTED:
            self.said.append(record.getMessage())


class World:
    """The books, and what is known of each shape."""

    def __init__(self, stack: contextlib.ExitStack, shapes: tuple[Shape, ...]) -> None:
        self._sandboxes = Sandboxes(stack)
        self._sandboxes.company = generate_company(invoices=25)
        self._befores = {shape.name: self._before(shape) for shape in shapes if shape.incremental}
        simulation = self._sandboxes.sandbox().simulation
        for name in EVENTS * 3:
            simulation.do(name)
        self._known: dict[str, Known] = {}

    def sandbox(self, shape: Shape) -> Sandbox:
        """Return the sandbox that has pages of the shape's size."""
        return self._sandboxes.sandbox(shape.page_size)

    def _before(self, shape: Shape) -> Target:
        target = Target()
        ended = self.read(shape, None, concurrency=1)
        assert ended.code == 0
        target.load(ended.lines)
        return target

    def known(self, shape: Shape) -> Known:
        """Return the truth of a shape, and see that a quiet run finds it."""
        if shape.name not in self._known:
            known = Known(self.truth(shape), {}, self._befores.get(shape.name, Target()))
            for incremental in (False, True) if shape.incremental else (False,):
                target = copy.deepcopy(known.before) if incremental else Target()
                self.sandbox(shape).clear()
                quiet = self.read(shape, target.state, concurrency=1)
                target.load(quiet.lines)
                assert (quiet.code, quiet.warnings) == (0, [])
                assert target.tables[shape.stream] == known.truth
                known.turns[incremental] = self._turns
            self._known[shape.name] = known
        return self._known[shape.name]

    def truth(self, shape: Shape) -> Table:
        """Return the rows of the endpoint itself, as records of the tap."""
        sandbox = self.sandbox(shape)
        stream: t.Any = TapEconomic(config=settings(sandbox)).streams[shape.stream]
        context: dict[str, t.Any] = {"agreementNumber": sandbox.company.agreement_number}
        if shape.parents:
            name = stream.replication.parent.in_record
            found = [
                ({**context, name: parent}, row)
                for parent, rows in sandbox.oracle.rows_by_parent(*shape.endpoint).items()
                for row in rows
            ]
        else:
            found = [(context, row) for row in sandbox.oracle.rows(*shape.endpoint)]
        normalise = stream.source.listing._normaliser
        records = [normalise(dict(row), keys, ReadStats()) for keys, row in found]
        return {tuple(row[key] for key in stream.primary_keys): row for row in records}

    def requested_before(self, shape: Shape, fault: Fault) -> list[str]:
        """Return the paths that were asked for before the fault hit, but for the agreement."""
        paths = [request.path for request in self.sandbox(shape).requests]
        return [path for path in paths[: fault.hits[0]] if path != "/rest/self"]

    def aim(self, case: Case) -> Fault:
        """Switch the fault of a case on."""
        shape, place = case.shape, case.place
        turns = self.known(shape).turns[case.incremental]
        sandbox = self.sandbox(shape)
        sandbox.clear()
        path = {"count": shape.count, "parents": shape.parents}.get(place, shape.path)
        at: str | int = place if place in {"first", "middle", "last"} else "first"
        # Where the answers do not say whether more follow, or several listings are read, or
        # ranges of a listing.
        side_by_side = case.concurrency > 1 and place == "middle"
        if not shape.linked or "{" in shape.path or case.incremental or side_by_side:
            # Pages that do not say whether more follow are asked for until one is empty.
            last = turns - (2 if shape.paged and not shape.linked and case.needs_rows else 1)
            at = {"middle": min(turns // 2, last), "last": last}.get(place, 0)
        trouble = case.trouble
        amount = {} if trouble.amount is None else {"amount": trouble.amount}
        return sandbox.faults.add(trouble.name, path, at=at, lasts=trouble.lasts, **amount)

    def read(self, shape: Shape, state: t.Any, *, concurrency: int, timeout: int = 60) -> Ended:
        """Run the tap; only its clock is another one, and its bookmarks look back by fewer rows."""
        sandbox = self.sandbox(shape)
        listener = _Listener()
        logging.getLogger().addHandler(listener)
        collector = Collector()
        try:
            with simulated_time(), interrupting.hurried(LOOKBACK):
                tap = TapEconomic(
                    config={
                        **settings(sandbox),
                        "concurrency": concurrency,
                        "page_size": min(shape.page_size, 1000),
                        "request_timeout": timeout,
                    },
                    state=copy.deepcopy(state),
                    catalog=selecting(shape.stream, updated=shape.updated),
                    message_writer=collector,
                )
                code = _run(tap)
        finally:
            logging.getLogger().removeHandler(listener)
        results = {result.stream: result for result in tap.current_run.report.results}
        paths = [request.path for request in sandbox.requests]
        literal = shape.path.partition("{")[0]
        self._turns = sum(
            path.startswith(literal) if "{" in shape.path else path == shape.path for path in paths
        )
        return Ended(collector.lines, code, results, listener.said)


def _run(tap: TapEconomic) -> int:
    try:
        tap.run()
    except SystemExit as exc:
        return int(t.cast("int", exc.code))
    finally:
        tap.current_run.session.close()
    return 0
