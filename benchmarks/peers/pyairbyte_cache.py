"""Airbyte's source-visma-economic, read and loaded into PostgreSQL by PyAirbyte.

    python pyairbyte_cache.py CONFIG FOLDER AIRBYTE DATABASE SCHEMA

AIRBYTE is the folder of programs of the environment with the source. Its manifest is run by
PyAirbyte's own version of the CDK; only its base URL is replaced at run time.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

os.environ["AIRBYTE_OFFLINE_MODE"] = "1"  # no registry and no telemetry
os.environ["AIRBYTE_LOGGING_ROOT"] = sys.argv[2]

import airbyte
import yaml
from airbyte.caches import PostgresCache


def main() -> None:
    """Load the booked invoices."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    folder, environment, database, schema = Path(sys.argv[2]), *map(str, sys.argv[3:])
    (path,) = Path(environment).parent.glob(
        "lib/*/site-packages/source_visma_economic/manifest.yaml"
    )
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    manifest["definitions"]["base_requester"]["url_base"] = f"{config['rest_url']}/"
    source = airbyte.get_source(
        "source-visma-economic",
        config={name: config[name] for name in ("app_secret_token", "agreement_grant_token")},
        source_manifest=manifest,
        streams=["invoices_booked"],
    )
    address = urlsplit(database)
    cache = PostgresCache(
        host=address.hostname,
        port=address.port or 5432,
        username=address.username,
        password=address.password,
        # It makes a URL of its parts, in which the folder of the socket is a parameter.
        database=f"{address.path[1:]}?{address.query}",
        schema_name=schema,
        cache_dir=folder / "cache",
    )
    source.read(cache=cache)


if __name__ == "__main__":
    main()
