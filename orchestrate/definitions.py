"""All that Dagster loads: `dagster dev -m orchestrate.definitions`."""

import dagster as dg

from . import assets, checks, schedules, sensors
from .warehouse import Warehouse

defs = dg.Definitions(
    assets=[assets.economic_tables, assets.books],
    asset_checks=[checks.fresh],
    jobs=[schedules.agreement_job, schedules.preset_job, schedules.fresh_job],
    schedules=[schedules.nightly, schedules.morning],
    sensors=[sensors.roster, sensors.webhooks],
    resources={
        "meltano": dg.PipesSubprocessClient(cwd=str(checks.PROJECT)),
        "warehouse": Warehouse(url=dg.EnvVar("TARGET_POSTGRES_SQLALCHEMY_URL")),
    },
    # The steps only start Meltano and wait, so they need no processes of their own.
    executor=dg.in_process_executor,
)
