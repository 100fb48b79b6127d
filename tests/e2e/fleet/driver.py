"""Plays Dagster's daemon, in the environment of Dagster and the folder of a Meltano project.

First it runs what the schedules request, all at once, then the sensors over and over. It reports to
stdout, a JSON object a line, and ends when stdin does.
"""

from __future__ import annotations

import json
import multiprocessing
import select
import sys
import typing as t

import dagster as dg

from orchestrate import schedules, sensors
from orchestrate.definitions import defs

_FORK = multiprocessing.get_context("fork")


def main() -> None:
    """Run the fleet, then wait for webhooks."""
    # Waits are shorter than in production.
    dg.RetryPolicy.calculate_delay = lambda *_: 0.1
    _follow_roster()
    # The streams that the books need, which are fewer than those of the schedule.
    books = {"ops": {"economic_tables": {"config": {"extractor": "tap-economic--books"}}}}
    with dg.DagsterInstance.get() as instance:
        night = list(schedules.nightly(dg.build_schedule_context(instance=instance)))
    runs = [
        _begun("agreement", partition_key=request.partition_key, run_config=books)
        for request in night
    ]
    for run in runs:
        run.join()
    _begun("fresh").join()
    _say(agreement=_runs("agreement"), fresh=_runs("fresh"))
    while not select.select([sys.stdin], [], [], sensors.webhooks.minimum_interval_seconds)[0]:
        for request in _requests():
            tags = {**request.tags, "dagster/run_key": request.run_key}
            _begun(
                "preset",
                partition_key=request.partition_key,
                run_config=request.run_config,
                tags=tags,
            ).join()
            _say(preset=_runs("preset"))
        if _follow_roster():
            _say(partitions=_partitions())


def _follow_roster() -> bool:
    """Do what the sensor requests, and return whether that was anything."""
    with dg.DagsterInstance.get() as instance:
        result = sensors.roster(dg.build_sensor_context(instance=instance))
        added, deleted = result.dynamic_partitions_requests
        instance.add_dynamic_partitions(added.partitions_def_name, added.partition_keys)
        for name in deleted.partition_keys:
            instance.delete_dynamic_partition(deleted.partitions_def_name, name)
    return bool(added.partition_keys or deleted.partition_keys)


def _partitions() -> list[str]:
    with dg.DagsterInstance.get() as instance:
        return list(instance.get_dynamic_partitions("agreement"))


def _requests() -> list[t.Any]:
    with dg.DagsterInstance.get() as instance:
        return list(sensors.webhooks(dg.build_sensor_context(instance=instance)))


def _begun(job: str, **options: t.Any) -> t.Any:
    """Begin a run in a process of its own, as Dagster's launcher does."""
    process = _FORK.Process(target=_execute, args=(job, options))
    process.start()
    return process


def _execute(job: str, options: dict[str, t.Any]) -> None:
    with dg.DagsterInstance.get() as instance:
        defs.resolve_job_def(job).execute_in_process(
            instance=instance, raise_on_error=False, **options
        )


def _runs(job: str) -> list[dict[str, t.Any]]:
    with dg.DagsterInstance.get() as instance:
        records = instance.get_run_records(dg.RunsFilter(job_name=job))
    return [_run(record) for record in records]


def _run(record: t.Any) -> dict[str, t.Any]:
    """Return what became of a run."""
    with dg.DagsterInstance.get() as instance:
        entries = instance.all_logs(record.dagster_run.run_id)
    events = [(entry.timestamp, entry.dagster_event) for entry in entries if entry.dagster_event]
    return {
        "agreement": record.dagster_run.tags.get("dagster/partition"),
        "status": record.dagster_run.status.value,
        "started": record.start_time,
        "steps": [
            {"time": time, "step": event.step_key, "type": event.event_type_value}
            for time, event in events
            if event.step_key
        ],
        "checks": {
            event.event_specific_data.check_name: [
                event.event_specific_data.passed,
                event.event_specific_data.partition,
            ]
            for _, event in events
            if event.event_type_value == "ASSET_CHECK_EVALUATION"
        },
        "untargeted": [
            event.event_specific_data.check_name
            for _, event in events
            if event.event_type_value == "ASSET_CHECK_EVALUATION"
            and not event.event_specific_data.target_materialization_data
        ],
        "found": {
            name: value.data
            for _, event in events
            if event.event_type_value == "ASSET_CHECK_EVALUATION"
            for name, value in event.event_specific_data.metadata.items()
            if isinstance(value, dg.JsonMetadataValue)
        },
        "reasons": [
            event.event_specific_data.error.to_string()
            for _, event in events
            if event.event_type_value in {"STEP_FAILURE", "STEP_UP_FOR_RETRY"}
        ],
    }


def _say(**what: t.Any) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - the report


if __name__ == "__main__":
    main()
