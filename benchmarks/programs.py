"""The programs that the benchmarks compare."""

from __future__ import annotations

from benchmarks.work import Program
from scripts.loader_settings import loader_settings

_PEERS = "{tap}/python {peers}/"
_TAP = "{tap}/tap-economic --config {config} --catalog {catalog}"
TAP = Program("tap-economic", _TAP)
ONE_READER = TAP._replace(title="tap-economic, concurrency 1")
LOOP = Program("bare loop", f"{_PEERS}bare_loop.py {{config}} {{listing}}")
SERVER = Program("the server alone", f"{_PEERS}discard.py {{config}} {{listing}} {{rows}}")
PLAIN = Program("plain SDK tap", f"{_PEERS}plain_tap.py --config {{config}}")
EMPTY_COMMAND = f"{_PEERS}empty_tap.py"
_DLT = "{dlt}/python {peers}/dlt_rest_api.py {config} {folder} {listing}"
DLT = Program("dlt, extract and normalize", _DLT)
_AIRBYTE = "{airbyte}/python {peers}/airbyte_source.py {config} {folder} "
AIRBYTE = Program("Airbyte source-visma-economic", f"{_AIRBYTE}invoices_booked")
AIRBYTE_DOCUMENTS = AIRBYTE._replace(command=f"{_AIRBYTE}invoices_booked_document")

TAP_TO_POSTGRES = Program(
    "tap-economic, target-postgres",
    f"{_TAP} --state {{state}} | {{target-postgres}}/target-postgres --config {{target}}",
    loader_settings(),
)
LOADERS_DEFAULTS = TAP_TO_POSTGRES._replace(
    title="tap-economic, the loader's own defaults", target={}
)
WITH_CHECKS = TAP_TO_POSTGRES._replace(
    title="tap-economic, all checks and no COPY",
    target={
        **loader_settings(),
        "use_copy": False,
        "validate_records": True,
        "sanitize_null_text_characters": True,
    },
)
_HALVES = "{tap}/tap-economic {target-postgres}/target-postgres {config} {target} {folder}"
HALVES_AFTER = Program(
    "one half after the other", f"{_PEERS}../halves.py after {_HALVES}", loader_settings()
)
HALVES_BESIDE = HALVES_AFTER._replace(
    title="both halves side by side", command=f"{_PEERS}../halves.py beside {_HALVES}"
)
DBT_BUILD = {
    threads: Program(
        f"{threads} threads",
        f"{{dbt}}/dbt --quiet build --threads {threads}",
        before=TAP_TO_POSTGRES,
    )
    for threads in (2, 4)
}
DLT_TO_POSTGRES = Program("dlt, merge", f"{_DLT} {{database}} {{schema}}")
AIRBYTE_TO_POSTGRES = Program(
    "PyAirbyte, source-visma-economic",
    "{pyairbyte}/python {peers}/pyairbyte_cache.py {config} {folder} {airbyte} {database} {schema}",
)
