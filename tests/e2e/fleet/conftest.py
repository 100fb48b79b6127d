"""A fleet of three agreements, run once for all tests.

One fails once, the ledger of the next does not balance, and the last has revoked its grant.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import typing as t

import pytest
from starlette.responses import Response

from economic_sandbox.company import generate_company
from economic_sandbox.company.model.ledger import EntryType
from economic_sandbox.server import Sandbox
from tests.support.fleet import CLOSED, CROOKED, FINE, GRANTS, SECRET, Fleet
from tests.support.meltano import Project
from tests.support.programs import ROOT, program

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from economic_sandbox.apis.exchange import Exchange
    from tests.support.warehouse import Warehouse

_DRIVER = ROOT / "tests" / "e2e" / "fleet" / "driver.py"


@pytest.fixture(scope="module")
def companies() -> Iterator[Sandbox]:
    fine, crooked = generate_company(1, invoices=20), generate_company(2, invoices=20)
    entries = crooked.ledger.entries.values()
    next(entry for entry in entries if entry.type is EntryType.FINANCE_VOUCHER).base += 1
    with Sandbox(agreements={GRANTS[FINE]: fine, GRANTS[CROOKED]: crooked}) as sandbox:
        refused: list[Exchange] = []

        @sandbox.before_response
        def refuse_once(exchange: Exchange) -> Response | None:
            if exchange.agreement_number == fine.agreement_number and not refused:
                refused.append(exchange)
                return Response('{"message": "Come again"}', 400)
            return None

        yield sandbox


@pytest.fixture(scope="module")
def loaded(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """The database that the fleet fills, in schemas of its own."""
    return new_warehouse()


@pytest.fixture(scope="module")
def fleet(
    companies: Sandbox, loaded: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    project = Project(folder, _environment(folder, companies, loaded))
    shutil.copytree(
        ROOT / "orchestrate", folder / "orchestrate", ignore=shutil.ignore_patterns("*.sqlite")
    )
    (folder / "roster.yml").write_text("\n".join(f"{name}:" for name in GRANTS), encoding="utf-8")
    secret = folder / "secrets" / f"economic_grant_token_{CROOKED}"
    secret.parent.mkdir()
    secret.write_text(f"{GRANTS[CROOKED]}\n", encoding="utf-8")
    project.meltano("state", "list")  # makes Meltano's database, as its installation does
    receive = [str(program("orchestrate", "uvicorn")), "orchestrate.webhooks:app", "--fd"]
    drive = [str(program("orchestrate", "python")), str(_DRIVER)]
    with (
        (folder / "driver.log").open("wb") as log,
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(
            [*receive, str(listener.fileno())],
            cwd=folder,
            env=project.environment,
            pass_fds=[listener.fileno()],
            stderr=log,
        ) as receiver,
        subprocess.Popen(
            drive,
            cwd=folder,
            env=project.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as driver,
    ):
        host, port = listener.getsockname()
        try:
            yield Fleet(folder, driver, f"http://{host}:{port}")
        finally:
            driver.kill()
            receiver.terminate()


def _environment(folder: Path, sandbox: Sandbox, warehouse: Warehouse) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(program("meltano").parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder),
        "DAGSTER_HOME": str(folder / "orchestrate" / "home"),
        "ECONOMIC_ROSTER": str(folder / "roster.yml"),
        "ECONOMIC_SECRETS": str(folder / "secrets"),
        "ECONOMIC_GRANT_TOKEN_NORD": GRANTS[FINE],
        "ECONOMIC_GRANT_TOKEN_LUKKET": GRANTS[CLOSED],
        "ECONOMIC_WEBHOOK_SECRET_NORD": SECRET,
        "ECONOMIC_WEBHOOK_SECRET_SYD": f"{SECRET}-of-syd",
        "TAP_ECONOMIC_APP_SECRET_TOKEN": sandbox.app_secret_token,
        "TAP_ECONOMIC_REST_URL": sandbox.rest_url,
        "TAP_ECONOMIC_OPENAPI_URL": sandbox.openapi_url,
        "TARGET_POSTGRES_SQLALCHEMY_URL": warehouse.url,
        "DBT_POSTGRES_HOST": str(warehouse.connection.info.host),
    }
