"""dlt's rest_api source for booked invoices or entries.

    python dlt_rest_api.py CONFIG FOLDER invoices|entries [DATABASE SCHEMA]

Without a database, it extracts and normalizes to files, and does not load.
"""

from __future__ import annotations

import json
import os
import sys
import typing as t
from pathlib import Path

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # before dlt reads its settings
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt
from dlt.sources.rest_api import rest_api_source


class Listing(t.NamedTuple):
    """How one listing is read."""

    table: str
    key: str
    url: str
    path: str
    params: dict[str, t.Any]
    rows: str
    paginator: dict[str, str]


LISTINGS = {
    "invoices": Listing(
        table="invoices_booked",
        key="bookedInvoiceNumber",
        url="rest_url",
        path="invoices/booked",
        params={"pagesize": 1000},
        rows="collection",
        paginator={"type": "json_link", "next_url_path": "pagination.nextPage"},
    ),
    "entries": Listing(
        table="booked_entries",
        key="entryNumber",
        url="openapi_url",
        path="bookedEntriesapi/v4.0.0/booked-entries",
        params={},
        rows="items",
        paginator={"type": "cursor", "cursor_path": "cursor", "cursor_param": "cursor"},
    ),
}


def main() -> None:
    """Read one listing; print how many rows were normalized if they are not loaded."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    folder, listing, database = Path(sys.argv[2]), LISTINGS[sys.argv[3]], sys.argv[4:]
    source = rest_api_source(
        {
            "client": {
                "base_url": config[listing.url],
                "headers": {
                    "X-AppSecretToken": config["app_secret_token"],
                    "X-AgreementGrantToken": config["agreement_grant_token"],
                },
                "paginator": listing.paginator,
            },
            "resources": [
                {
                    "name": listing.table,
                    "primary_key": listing.key,
                    "endpoint": {
                        "path": listing.path,
                        "params": listing.params,
                        "data_selector": listing.rows,
                    },
                }
            ],
        }
    )
    if database:
        url, schema = database
        destination = dlt.destinations.postgres(credentials=url)
        _pipeline(folder, destination, schema).run(source, write_disposition="merge")
    else:
        destination = dlt.destinations.filesystem(bucket_url=(folder / "bucket").as_uri())
        pipeline = _pipeline(folder, destination, "benchmark")
        pipeline.extract(source)
        rows = pipeline.normalize().row_counts[listing.table]
        sys.stdout.write(json.dumps({"rows": rows}) + "\n")


def _pipeline(folder: Path, destination: t.Any, schema: str) -> t.Any:  # noqa: ANN401 - dlt's own
    return dlt.pipeline(
        pipeline_name="benchmark",
        pipelines_dir=str(folder / "pipelines"),
        destination=destination,
        dataset_name=schema,
    )


if __name__ == "__main__":
    main()
