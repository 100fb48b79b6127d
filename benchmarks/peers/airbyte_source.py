"""Airbyte's source-visma-economic, reading from the benchmark server.

    python airbyte_source.py CONFIG FOLDER STREAM

The manifest is the installed package's own; only its base URL is replaced at run time.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path

import yaml
from airbyte_cdk.entrypoint import launch
from airbyte_cdk.sources.declarative.manifest_declarative_source import ManifestDeclarativeSource


def main() -> None:
    """Read one stream in full."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    folder, stream = Path(sys.argv[2]), sys.argv[3]
    text = (resources.files("source_visma_economic") / "manifest.yaml").read_text(encoding="utf-8")
    manifest = yaml.safe_load(text)
    manifest["definitions"]["base_requester"]["url_base"] = f"{config['rest_url']}/"

    settings, catalog = folder / "airbyte_config.json", folder / "airbyte_catalog.json"
    tokens = {name: config[name] for name in ("app_secret_token", "agreement_grant_token")}
    settings.write_text(json.dumps(tokens), encoding="utf-8")
    configured = {
        "stream": {"name": stream, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
    catalog.write_text(json.dumps({"streams": [configured]}), encoding="utf-8")
    source = ManifestDeclarativeSource(source_config=manifest)
    launch(source, ["read", "--config", str(settings), "--catalog", str(catalog)])


if __name__ == "__main__":
    main()
