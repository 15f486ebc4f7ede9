"""The one list of what runs when: flow, parameters, schedule, one at a time."""

from dataclasses import dataclass
from pathlib import Path

from flows.environment import ENVIRONMENTS
from flows.schedules import Turn, turns
from models.environment.loader import Environment

DESCRIPTIONS = {
    "register": "The register, standards and calendars",
    "failures": "Failures: which system does not work",
    "delays": "Delays: what is due",
    "forecast": "Delays: what forecasts are learned from",
    "alerts": "Notices to the people on call",
    "hidden_services": "Services that the register lacks",
    "composite_services": "One application for several services: what is due",
}

BY_HAND = {
    "resume_application": "Try and ask now what an application waits for",
    "cancel_application": "Withdraw an application and take back what was done",
    "resolve_case": "Close an assistance case",
}
"""Forms for members of staff, where there are composite services: they run when asked for."""
MODULES = {"forecast": "flows.delays.forecast.flow"}
"""Where a job's flow lies, if not in a folder of its name."""


@dataclass(frozen=True)
class Job:
    """One deployment. At most one run at a time: a new one is cancelled while one is going.

    `entrypoint` is the flow's module path, so that a worker needs the package and no checkout;
    `parameters` are codes only, never personal data. `cron` is in `timezone`; without it the job
    runs when somebody asks for it, and as often at a time as it is asked for.
    """

    flow: str
    name: str
    entrypoint: str
    parameters: dict[str, str]
    cron: str | None
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
    """Every job of the environment, in the order of `flows.schedules.turns`; forms at the end."""
    named = reference(environment.folder)
    by_hand = BY_HAND if environment.composites else {}
    return [
        *(
            _pull(environment, named, turn) if turn.subject else _job(environment, named, turn)
            for turn in turns(environment)
        ),
        *(_form(environment, named, name) for name in by_hand),
    ]


def _form(environment: Environment, named: str, name: str) -> Job:
    return Job(
        flow=name,
        name=environment.name,
        entrypoint=f"flows.composite_services.by_hand.{name}",
        parameters={"environment": named},
        cron=None,
        timezone=environment.settings.timezone,
        tags=_tags(environment),
        description=BY_HAND[name],
    )


def _pull(environment: Environment, named: str, turn: Turn) -> Job:
    source = environment.sources[turn.subject]
    return Job(
        flow=turn.job,
        name=f"{environment.name}.{source.source}",
        entrypoint="flows.ingest.flow.ingest",
        parameters={"environment": named, "source": source.source},
        cron=turn.cron,
        timezone=environment.settings.timezone,
        tags=(*_tags(environment), f"system:{source.system}"),
        description=f"Pull {source.dataset} from {source.system}",
    )


def _job(environment: Environment, named: str, turn: Turn) -> Job:
    return Job(
        flow=turn.job,
        name=environment.name,
        entrypoint=f"{MODULES.get(turn.job, f'flows.{turn.job}.flow')}.{turn.job}",
        parameters={"environment": named},
        cron=turn.cron,
        timezone=environment.settings.timezone,
        tags=_tags(environment),
        description=DESCRIPTIONS[turn.job],
    )


def _tags(environment: Environment) -> tuple[str, ...]:
    return ("tereze", owner_tag(environment))


def owner_tag(environment: Environment) -> str:
    """The tag of everything in Prefect that belongs to this environment."""
    return f"environment:{environment.name}"
