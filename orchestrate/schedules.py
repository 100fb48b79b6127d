"""Jobs, and when they run: every night the whole fleet, every morning whether it is fresh."""

import typing as t

import dagster as dg

from .assets import books, economic_tables
from .checks import fresh
from .partitions import agreements

agreement_job = dg.define_asset_job(
    "agreement",
    selection=dg.AssetSelection.assets(economic_tables, books) - dg.AssetSelection.checks(fresh),
    description="Load an agreement and build its books.",
)
preset_job = dg.define_asset_job(
    "preset",
    selection=dg.AssetSelection.assets(economic_tables) - dg.AssetSelection.checks(fresh),
    description="Load some streams of an agreement. The books are built again at night.",
)
fresh_job = dg.define_asset_job("fresh", selection=dg.AssetSelection.checks(fresh))


@dg.schedule(
    job=agreement_job,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/Copenhagen",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly(context: dg.ScheduleEvaluationContext) -> t.Iterator[dg.RunRequest]:
    """A run for each agreement; as many at once as the pool allows."""
    for agreement in context.instance.get_dynamic_partitions(agreements.name):
        yield dg.RunRequest(partition_key=agreement)


morning = dg.ScheduleDefinition(
    name="morning",
    job=fresh_job,
    cron_schedule="0 7 * * *",
    execution_timezone="Europe/Copenhagen",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
