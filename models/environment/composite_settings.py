"""`composite_services:` of environment.yaml: how applications for several services are carried."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from models.environment.problems import Problem
from models.environment.values import Cron, Duration, Strict, parse_duration

if TYPE_CHECKING:
    from models.environment.composites import Composite
    from models.environment.loader import Environment


class CircuitRules(Strict):
    """When a system's steps are held because its calls fail, and when it is tried again."""

    failures: int = Field(default=5, ge=1, description="So many on end, and nothing more is sent")
    first_try: Duration = Field(
        default=parse_duration("30s"), description="One call is tried after this; doubled each time"
    )
    longest_wait: Duration = parse_duration("15m")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.longest_wait < self.first_try:
            raise ValueError("longest_wait has to be at least first_try")
        return self


class CompositeServices(Strict):
    """How composite services run."""

    tick: Cron = Field(default="* * * * *", description="When what is due is carried on")
    office: str | None = Field(
        default=None,
        description="Who helps where neither the step nor the application names an office",
    )
    circuit: CircuitRules = CircuitRules()
    release_per_minute: int = Field(
        default=60, ge=1, description="Held steps let go in a minute, of one system that is back"
    )
    lease: Duration = Field(
        default=parse_duration("2m"),
        description="How long a call may be out before it is in doubt",
    )
    call_backs: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#]+(/[^?#]*)?$",
        description="Where bodies reach the web application's call-backs",
    )
    threads: int = Field(
        default=16,
        ge=1,
        le=256,
        description="Calls at once to a system, of one worker, where the system says nothing else",
    )
    keep: Duration = Field(
        default=parse_duration("365d"),
        description="How long copies of requests and answers are kept after the end",
    )


def wrong_composite_services(environment: "Environment") -> Iterator[Problem]:
    """Composite services without anybody who helps when they stop."""
    document = environment.documents["environment.yaml"]
    if environment.composites and environment.settings.composite_services.office is None:
        yield document.problem(
            ("composite_services", "office"),
            "there are composite services, and no office that helps where none is named",
            "Name an office or organisation under `composite_services: {office: …}`",
        )
    awaiting = [name for name, each in environment.composites.items() if _awaits(each)]
    if awaiting and environment.settings.composite_services.call_backs is None:
        yield document.problem(
            ("composite_services", "call_backs"),
            f"{', '.join(awaiting)} awaits call-backs, and bodies are told no address for them",
            "Write `call_backs: https://…/call-backs` with the web application's address",
        )


def _awaits(composite: "Composite") -> bool:
    return any(getattr(step, "call_back", None) is not None for step in composite.steps.values())
