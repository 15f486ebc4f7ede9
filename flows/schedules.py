"""When each job of an environment runs: the one list, for Prefect and for the watch."""

from dataclasses import dataclass

from models.environment.loader import Environment

REGISTER = "10 5 * * *"
"""Early each day; `tereze up` and every command also bring the register in line."""
ALERTS = "2-59/5 * * * *"
"""Two minutes after the delays' check, when what it found is written."""


@dataclass(frozen=True)
class Turn:
    """A job, of a source where it has several, and the cron line by which it runs."""

    job: str
    subject: str
    cron: str


def turns(environment: Environment) -> list[Turn]:
    """Every job that runs by a schedule: register, pulls by source, then the checks."""
    settings = environment.settings
    sources = sorted(environment.sources.values(), key=lambda each: each.source)
    pulls = [Turn("ingest", each.source, each.schedule) for each in sources if each.schedule]
    return [
        Turn("register", "", REGISTER),
        *pulls,
        Turn("failures", "", settings.failures.tick),
        Turn("delays", "", settings.delays.tick),
        Turn("forecast", "", settings.delays.forecast.learn),
        Turn("alerts", "", ALERTS),
        Turn("hidden_services", "", environment.hidden_services.tick),
        *_composites(environment),
    ]


def _composites(environment: Environment) -> list[Turn]:
    """Only where there are composite services."""
    if not environment.composites:
        return []
    return [Turn("composite_services", "", environment.settings.composite_services.tick)]
