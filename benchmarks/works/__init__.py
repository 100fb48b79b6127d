"""All benchmarks, in the order of the documents."""

from __future__ import annotations

from benchmarks.works import building, loading, reading

WORK = {work.name: work for work in (*loading.WORKS, *reading.WORKS, *building.WORKS)}
