"""The Prefect shell of the alerts: reads the environment, runs one round of notices."""

import logging
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from flows.alerts.notices import RoundReport, notify
from models.database import locate
from models.database.embedded import home
from models.environment.loader import load
from models.masking import Masker, install

log = logging.getLogger(__name__)


def run(environment_dir: Path) -> RoundReport:
    """One round of notices for the environment in this folder, now.

    Raises:
        ConfigurationError: the environment's files are wrong.
        CouldNotRun: the database is not there.
    """
    environment = load(environment_dir)
    install(Masker(environment.settings.identifiers))
    engine = locate(environment.name).engine()
    try:
        return notify(engine, environment.alerts, environment.settings, datetime.now(UTC), home())
    finally:
        engine.dispose()


@flow(name="alerts")
async def alerts(environment: str) -> dict[str, int | bool]:
    """Deliver notices: tell the people on call what is new, once, and retry what did not arrive.

    One notice for each group of alerts that changed: its numbers, its oldest cases and a link to
    what to do. `environment` is the environment's folder.
    """
    report = asdict(run(Path(environment)))
    log.info("Notices: %s", report)
    return report
