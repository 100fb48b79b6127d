"""What the benchmarks ask of PostgreSQL."""

from __future__ import annotations

import threading

import psycopg

from benchmarks.database import Database
from scripts.postgres import temporary_folder


def test_its_processor_time_never_falls_while_connections_end() -> None:
    stop = threading.Event()
    with temporary_folder() as folder, Database(folder / "postgres") as database:

        def work() -> None:
            while not stop.is_set():
                with psycopg.connect(database.url) as connection:
                    connection.execute("SELECT sum(n) FROM generate_series(1, 200000) AS n")

        worker = threading.Thread(target=work)
        worker.start()
        try:
            found = [database.cpu() for _ in range(100)]
        finally:
            stop.set()
            worker.join()
    assert found == sorted(found)
    assert found[-1] > found[0]
