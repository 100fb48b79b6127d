"""Checks: sync_audit, which the tap loads, and the ties, which are the tests of the books."""

import datetime as dt
import itertools
import json
import typing as t
from pathlib import Path

import dagster as dg

from .partitions import agreements
from .roster import load_roster
from .warehouse import StreamResult, Warehouse

PROJECT = Path(__file__).parents[1]
TABLES = dg.AssetKey("economic_tables")
BOOKS = dg.AssetKey("books")
FRESH = dt.timedelta(hours=26)
"""How old the last complete read may be: a day, and the time that a night's runs may take."""

OTHER_TESTS = "keys_and_columns"


def _comment(path: Path) -> str:
    """Return the comment at the top of a SQL file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("-- "), lines)
    return " ".join(line.removeprefix("-- ") for line in comment)


TIES = {
    path.stem: _comment(path)
    for path in sorted((PROJECT / "transform" / "tests").glob("*/*.sql"))
    if path.parent.name != "generic"
}
"""What each singular test of the dbt project holds the books against, by its name."""

complete = dg.AssetCheckSpec(
    "complete",
    asset=TABLES,
    partitions_def=agreements,
    description="The last run read every stream completely, or skipped it for lack of access.",
)
ties = [
    dg.AssetCheckSpec(name, asset=BOOKS, partitions_def=agreements, description=description)
    for name, description in [*TIES.items(), (OTHER_TESTS, "All other tests of the dbt project.")]
]


def completeness(results: t.Sequence[StreamResult]) -> dg.AssetCheckResult:
    """Return the result of the check ``complete``.

    Args:
        results: The streams of the last run.
    """
    return dg.AssetCheckResult(
        check_name=complete.name,
        passed=not shortfalls(results),
        metadata={
            "streams": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "stream": result.stream,
                            "status": result.status,
                            "reason": result.reason or "",
                            "completeness": result.completeness or "",
                            "rows": result.rows,
                        }
                    )
                    for result in results
                ]
            )
        },
    )


def shortfalls(results: t.Iterable[StreamResult]) -> list[StreamResult]:
    """Return the streams that were neither read completely nor skipped for lack of access."""
    return [result for result in results if result.status not in {"complete", "skipped"}]


def tie_results(run_results: Path) -> t.Iterator[dg.AssetCheckResult]:
    """Yield the result of every test of the books.

    Args:
        run_results: What dbt wrote of its run; nothing is yielded if it did not get that far.
    """
    if not run_results.exists():
        return
    tests: dict[str, dict[str, t.Any]] = {}
    for result in json.loads(run_results.read_text(encoding="utf-8"))["results"]:
        kind, _, name, *_ = result["unique_id"].split(".")
        if kind == "test":
            tests[name] = result
    for name in TIES:
        result = tests.pop(name, {"status": "not run"})
        yield _tie_result(name, {result["status"]}, f"{result.get('failures') or 0} rows")
    failed = [name for name, result in tests.items() if result["status"] != "pass"]
    statuses = {result["status"] for result in tests.values()}
    yield _tie_result(OTHER_TESTS, statuses, ", ".join(failed) or "no failed test")


def _tie_result(name: str, statuses: set[str], found: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=name,
        passed=statuses == {"pass"},
        # A test that was skipped, below one that failed, or that ended with an error found nothing.
        severity=(
            dg.AssetCheckSeverity.ERROR if "fail" in statuses else dg.AssetCheckSeverity.WARN
        ),
        metadata={"status": ", ".join(sorted(statuses)), "found": found},
    )


@dg.asset_check(asset=TABLES)
def fresh(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every stream of every agreement was read completely within the last 26 hours."""
    stale = {
        agreement: streams
        for agreement in load_roster()
        if (streams := warehouse.stale_streams(f"economic_{agreement}", FRESH))
    }
    return dg.AssetCheckResult(passed=not stale, metadata={"stale streams by agreement": stale})
