"""`alerts.yaml`: who is told, through what, how much at once, and what waits for what."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.environment.matchers import Matching
from models.environment.secrets import SecretRef
from models.environment.templates import known_fields
from models.environment.values import Duration, Strict, parse_duration

AlertSeverity = Literal["critical", "warning", "info"]
Language = Literal["kk", "ru", "en"]
Template = Annotated[str, AfterValidator(known_fields)]
WAYS = ("terminal", "file", "url", "alertmanager", "on_call")


class Receiver(Strict):
    """Where notices go: an Apprise URL, the terminal, a file, an Alertmanager, who is on duty."""

    terminal: bool = False
    file: str | None = Field(default=None, description="Relative to Tereze's home folder")
    url: SecretRef | None = Field(
        default=None, description="An Apprise URL; a secret, because it carries a password"
    )
    alertmanager: SecretRef | None = Field(
        default=None, description="The address of an Alertmanager; its API v2 gets the alerts"
    )
    on_call: str | None = Field(
        default=None, description="Whoever has the watch in this rota of on_call.yaml"
    )
    next: str | None = Field(
        default=None, description="The receiver to use where this one takes nothing"
    )
    language: Language | None = Field(
        default=None, description="Of its notices; that of `notices` where none is given"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in WAYS if getattr(self, way) not in (None, False)]
        if len(given) != 1:
            raise ValueError("give exactly one of terminal, file, url, alertmanager and on_call")
        return self


class Route(Strict):
    """Which alerts go to which receivers: the first route that fits decides."""

    receivers: list[str] = Field(min_length=1)
    severity: list[AlertSeverity] | None = None
    labels: dict[str, str] = Field(default_factory=dict, description="All of them must be so")
    matchers: list[Matching] = Field(
        default_factory=list, description="As Alertmanager writes them; all of them must fit"
    )
    hours: Literal["working", "off"] | None = Field(
        default=None, description="Only in, or out of, the working hours of the calendar"
    )


class Inhibit(Strict):
    """Alerts that wait while others explain them, as in Alertmanager."""

    source: list[Matching] = Field(min_length=1, description="What explains: all of them fit")
    target: list[Matching] = Field(min_length=1, description="What waits: all of them fit")
    equal: list[str] = Field(
        default_factory=list, description="Labels that are the same in both; none: any two"
    )


class Escalation(Strict):
    """Who else is told where nobody has acknowledged a critical alert."""

    after: Duration = Field(description="Since the first notice of it")
    receivers: list[str] = Field(min_length=1)
    severity: list[AlertSeverity] = Field(default=["critical"], min_length=1)


class DeadMan(Strict):
    """The sign that the chain from the flows to the receiver is whole."""

    every: Duration = Field(default=parse_duration("15m"), description="Between two signs")
    receivers: list[str] = Field(min_length=1)


class Notices(Strict):
    """How notices are kept few."""

    at_most: int = Field(
        default=20,
        ge=1,
        description="To a receiver within one interval; what is beyond goes into one summary",
    )
    interval: Duration = Field(
        default=parse_duration("1m"),
        description="A group is told again after so long at the soonest (group_interval)",
    )
    attempts: int = Field(
        default=10, ge=1, description="To reach a receiver, before the next one is used"
    )
    retry: Duration = Field(
        default=parse_duration("10s"),
        description="The wait before the second attempt; it doubles, up to 10 minutes",
    )
    remind: Duration | None = Field(
        default=None,
        description="Say again after so long what goes on and nobody has acknowledged; in"
        " working hours only, unless it is critical",
    )
    oldest: int = Field(default=5, ge=0, description="How many of the oldest cases are named")
    bodies: int = Field(default=20, ge=1, description="How many bodies a summary names")
    language: Language = Field(
        default="en", description="Of notices to receivers that have none of their own"
    )
    runbooks: str = Field(
        default="docs/runbooks",
        description="Where runbook links lead; to the console, where it has an address and this"
        " is not given",
    )
    title: Template | None = Field(default=None, description="The title's own form")
    body: Template | None = Field(default=None, description="The body's own form")


class Alerts(Strict):
    """The file."""

    receivers: dict[str, Receiver] = Field(default_factory=dict)
    routes: list[Route] = Field(default_factory=list)
    inhibit: list[Inhibit] = Field(default_factory=list)
    escalation: list[Escalation] = Field(default_factory=list)
    dead_man: DeadMan | None = None
    notices: Notices = Notices()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        waits = [step.after for step in self.escalation]
        if any(later <= sooner for sooner, later in pairwise(waits)):
            raise ValueError("each step of escalation has to come later than the one before")
        for name in self.receivers:
            if name in self.others(name):
                raise ValueError(f"the receiver {name!r} is its own next one, in a circle")
        return self

    def others(self, receiver: str) -> list[str]:
        """Whom `next` names after it, in order; a receiver that comes again ends the list."""
        found: list[str] = []
        here = self.receivers.get(receiver)
        while here is not None and here.next is not None and here.next not in found:
            found.append(here.next)
            here = self.receivers.get(here.next)
        return found
