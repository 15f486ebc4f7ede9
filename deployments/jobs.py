"""The one list of what runs when: flow, parameters, schedule, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.environment import ENVIRONMENTS
from models.environment.loader import Environment

REGISTER = "10 5 * * *"
"""Early each day; `tereze up` and every command also bring the register in line."""
ALERTS = "2-59/5 * * * *"
"""Two minutes after the delays' check, when what it found is written."""


@dataclass(frozen=True)
class Job:
    """One deployment. At most one run at a time: a new one is cancelled while one is going.

    `entrypoint` is the flow's module path, so that a worker needs the package and no checkout;
    `parameters` are codes only, never personal data. `cron` is in `timezone`.
    """

    flow: str
    name: str
    entrypoint: str
    parameters: dict[str, str]
    cron: str
    timezone: str
    tags: tuple[str, ...]
    description: str

    @property
    def full_name(self) -> str:
        """As Prefect names it: flow/deployment."""
        return f"{self.flow}/{self.name}"


def reference(folder: Path) -> str:
    """How a worker names the environment: by its folder's name, or a path where it lies elsewhere.

    The name means the same on another machine; a path must exist there.
    """
    whole = folder.resolve()
    return whole.name if whole.parent == ENVIRONMENTS else str(whole)


def jobs(environment: Environment) -> list[Job]:
    """Every job of the environment, register first, then sources by name, delays, alerts."""
    named = reference(environment.folder)
    return [
        _job(environment, named, "register", REGISTER, "The register, standards and calendars"),
        *_pulls(environment, named),
        _job(environment, named, "delays", environment.settings.delays.tick, "Delays: what is due"),
        _job(environment, named, "alerts", ALERTS, "Notices to the people on call"),
    ]


def _pulls(environment: Environment, named: str) -> Iterator[Job]:
    for source in sorted(environment.sources.values(), key=lambda each: each.source):
        if source.schedule is None:
            continue
        yield Job(
            flow="ingest",
            name=f"{environment.name}.{source.source}",
            entrypoint="flows.ingest.flow.ingest",
            parameters={"environment": named, "source": source.source},
            cron=source.schedule,
            timezone=environment.settings.timezone,
            tags=(*_tags(environment), f"system:{source.system}"),
            description=f"Pull {source.dataset} from {source.system}",
        )


def _job(environment: Environment, named: str, flow: str, cron: str, description: str) -> Job:
    return Job(
        flow=flow,
        name=environment.name,
        entrypoint=f"flows.{flow}.flow.{flow}",
        parameters={"environment": named},
        cron=cron,
        timezone=environment.settings.timezone,
        tags=_tags(environment),
        description=description,
    )


def _tags(environment: Environment) -> tuple[str, ...]:
    return ("tereze", owner_tag(environment))


def owner_tag(environment: Environment) -> str:
    """The tag of everything in Prefect that belongs to this environment."""
    return f"environment:{environment.name}"
