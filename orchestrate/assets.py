"""Assets: the tables that Meltano loads for an agreement, and the books that dbt builds on them."""

import json
import os
import shutil
import typing as t
import uuid

import dagster as dg

from . import checks
from .partitions import agreements
from .roster import GRANT_TOKEN, RosterError, load_roster, secret_of
from .warehouse import Warehouse

POOL = "economic"
"""Its limit is how many agreements are loaded, or their books built, at once."""
RETRIES = dg.RetryPolicy(
    max_retries=3, delay=60, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
LOADER = "target-postgres--agreement"


class Load(dg.Config):
    """What to read.

    Attributes:
        extractor: The tap as meltano.yml has it: all default streams, or a preset.
    """

    extractor: str = "tap-economic"


@dg.asset(
    key=checks.TABLES,
    partitions_def=agreements,
    check_specs=[checks.complete],
    pool=POOL,
    retry_policy=RETRIES,
    kinds={"meltano", "postgres"},
)
def economic_tables(
    context: dg.AssetExecutionContext,
    config: Load,
    meltano: dg.PipesSubprocessClient,
    warehouse: Warehouse,
) -> t.Iterator[t.Any]:
    """The tables of an agreement, in the schema economic_<agreement>.

    Unlike `meltano run`, `meltano el` keeps the state and the catalog of each run in a folder of
    its own, so that several can run at once. The state is the one that this command uses:

        meltano run --state-id-suffix=<agreement> tap-economic target-postgres--agreement
    """
    agreement = context.partition_key
    schema = f"economic_{agreement}"
    environment = os.environ.get("MELTANO_ENVIRONMENT", "dev")
    state_id = f"{environment}:{config.extractor}-to-{LOADER}:{agreement}"
    before = warehouse.last_run(schema)
    run_id = str(uuid.uuid4())
    command = ["meltano", "el", config.extractor, LOADER]
    command += [f"--state-id={state_id}", f"--run-id={run_id}"]
    failure = _failure(meltano, context, command, _environment(agreement))
    for folder in checks.PROJECT.glob(f".meltano/run/elt/*/{run_id}"):
        shutil.rmtree(folder)  # Meltano keeps the catalog of each run for ever
    results = warehouse.last_run(schema)
    if results == before:
        raise dg.Failure("The run has left nothing in sync_audit: see its log.") from failure
    shortfalls = checks.shortfalls(results)
    if not (shortfalls or failure):
        yield dg.MaterializeResult(
            metadata={
                "extractor": config.extractor,
                "streams": len(results),
                "dagster/row_count": sum(result.rows for result in results),
                "calls": sum(result.calls for result in results),
            }
        )
    yield checks.completeness(results)  # of that materialization, so after it
    if shortfalls:
        # No retry helps against a revoked grant.
        is_refused = any(result.status == "refused" for result in shortfalls)
        reasons = {result.reason or result.status for result in shortfalls}
        raise dg.Failure("; ".join(sorted(reasons)), allow_retries=not is_refused)
    if failure:
        raise dg.Failure("Meltano failed: see its log.") from failure


@dg.asset(
    key=checks.BOOKS,
    partitions_def=agreements,
    deps=[economic_tables],
    check_specs=checks.ties,
    pool=POOL,
    retry_policy=RETRIES,
    kinds={"dbt", "postgres"},
)
def books(
    context: dg.AssetExecutionContext, meltano: dg.PipesSubprocessClient
) -> t.Iterator[t.Any]:
    """The books of an agreement, in the schema books_<agreement>: the dbt project in transform/."""
    agreement = context.partition_key
    # dbt writes into its target folder: one for each agreement, because several run at once.
    target = checks.PROJECT / ".meltano" / "fleet" / agreement
    run_results = target / "run_results.json"
    run_results.unlink(missing_ok=True)
    environment = {
        "DBT_POSTGRES_ECONOMIC_SCHEMA": f"economic_{agreement}",
        "DBT_POSTGRES_SCHEMA": f"books_{agreement}",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }
    command = ["meltano", "run", "economic-books"]
    failure = _failure(meltano, context, command, environment)
    if not failure:
        yield dg.MaterializeResult()
    results = [*checks.tie_results(run_results)]
    yield from results
    if failed := [
        result.check_name
        for result in results
        if not result.passed and result.severity is dg.AssetCheckSeverity.ERROR
    ]:
        # The same tables will fail the same test again.
        raise dg.Failure(f"The books do not tie: {', '.join(failed)}.", allow_retries=False)
    if failure:
        raise dg.Failure("dbt failed: see its log.") from failure


def _failure(
    meltano: dg.PipesSubprocessClient,
    context: dg.AssetExecutionContext,
    command: list[str],
    environment: dict[str, str],
) -> Exception | None:
    """Run Meltano, and return how it failed, if it did: its exit code is 1 whatever happened."""
    try:
        meltano.run(context=context, command=command, env=environment)
    except Exception as exc:  # noqa: BLE001 - Dagster exports no class for it
        return exc
    return None


def _environment(agreement: str) -> dict[str, str]:
    """Return the environment in which Meltano reads an agreement.

    Raises:
        dagster.Failure: If the roster lacks the agreement, or its grant token.
    """
    try:
        settings = load_roster()[agreement]
        token = secret_of(agreement, GRANT_TOKEN)
    except KeyError:
        raise dg.Failure(f"{agreement} is not in the roster.", allow_retries=False) from None
    except RosterError as exc:
        raise dg.Failure(str(exc), allow_retries=False) from None
    return {
        "AGREEMENT": agreement,  # of meltano.yml: the schema's name
        "TAP_ECONOMIC_AGREEMENT_GRANT_TOKEN": token,
        # Each table is fed by this agreement alone, so rows that are gone can be marked.
        "TAP_ECONOMIC_EMIT_ACTIVATE_VERSION_MESSAGES": "true",
        **{
            f"TAP_ECONOMIC_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in settings.items()
        },
    }
