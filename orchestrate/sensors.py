"""Sensors: the roster becomes partitions, and accepted webhooks become runs."""

import typing as t

import dagster as dg

from . import spool
from .assets import Load
from .partitions import agreements
from .roster import load_roster
from .schedules import preset_job

EXTRACTOR = "economic/extractor"
_PARTITION, _RUN_KEY = "dagster/partition", "dagster/run_key"


@dg.sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def roster(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Add a partition for each agreement that is new in the roster; delete those of the others."""
    wanted = load_roster()
    known = context.instance.get_dynamic_partitions(agreements.name)
    return dg.SensorResult(
        dynamic_partitions_requests=[
            agreements.build_add_request([name for name in wanted if name not in known]),
            agreements.build_delete_request([name for name in known if name not in wanted]),
        ]
    )


@dg.sensor(
    job=preset_job,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def webhooks(context: dg.SensorEvaluationContext) -> t.Iterator[dg.RunRequest]:
    """Request a run for each accepted call; calls that come while it is under way wait for its end.

    A call leaves the spool only when its run exists, so none is lost if this process is killed;
    Dagster requests no second run with the same key.
    """
    known = context.instance.get_dynamic_partitions(agreements.name)
    for call in spool.calls():
        if call.agreement not in known:
            continue
        tags = {_PARTITION: call.agreement, EXTRACTOR: call.extractor}
        last = context.instance.get_runs(
            filters=dg.RunsFilter(job_name=preset_job.name, tags=tags), limit=1
        )
        if any(run.tags.get(_RUN_KEY) == call.key for run in last):
            spool.remove(call)
        elif all(run.is_finished for run in last):
            load = Load(extractor=call.extractor)
            yield dg.RunRequest(
                run_key=call.key,
                partition_key=call.agreement,
                run_config=dg.RunConfig(ops={"economic_tables": load}),
                tags={EXTRACTOR: call.extractor},
            )
