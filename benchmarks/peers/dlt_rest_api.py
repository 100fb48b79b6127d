"""dlt's rest_api source for booked invoices: extract and normalize to files, no load.

python dlt_rest_api.py CONFIG FOLDER
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # before dlt reads its settings
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt
from dlt.sources.rest_api import rest_api_source


def main() -> None:
    """Read the booked invoices, and print how many rows were normalized."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    folder = Path(sys.argv[2])
    source = rest_api_source(
        {
            "client": {
                "base_url": config["rest_url"],
                "headers": {
                    "X-AppSecretToken": config["app_secret_token"],
                    "X-AgreementGrantToken": config["agreement_grant_token"],
                },
                "paginator": {"type": "json_link", "next_url_path": "pagination.nextPage"},
            },
            "resources": [
                {
                    "name": "invoices_booked",
                    "primary_key": "bookedInvoiceNumber",
                    "endpoint": {
                        "path": "invoices/booked",
                        "params": {"pagesize": 1000},
                        "data_selector": "collection",
                    },
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        pipeline_name="benchmark",
        pipelines_dir=str(folder / "pipelines"),
        destination=dlt.destinations.filesystem(bucket_url=(folder / "bucket").as_uri()),
        dataset_name="benchmark",
    )
    pipeline.extract(source)
    counts = pipeline.normalize().row_counts
    sys.stdout.write(json.dumps({"rows": counts["invoices_booked"]}) + "\n")


if __name__ == "__main__":
    main()
