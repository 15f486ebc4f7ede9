"""`delays:` of environment.yaml: how delays are judged, whose clock stops, how breaches end."""

from typing import Annotated, Literal

from pydantic import Field

from models.environment.forecast import Forecast
from models.environment.values import Cron, Duration, Strict

EVERY = "*"
"""Any system, any region, any cause: what holds where nothing else is said."""

Cause = Literal[
    "late_at_body",
    "late_hand_over",
    "outage",
    "missing_documents",
    "own_staff",
    "registration_late",
    "data_wrong",
    "tereze",
    "not_known",
]
"""Why a standard was not kept: a body took too long; it gave the result to the office too late; a
proven outage; the applicant's documents while the term ran; the office's own staff; registered
too late; the data contradict themselves; Tereze itself held it; nothing says who had it."""


class HandOver(Strict):
    """How long before the term's end the result must be with the front office."""

    channels: list[str] = Field(description="Applications through these channels")
    before: Duration
    except_terms_up_to: int = Field(default=1, description="In days: shorter terms have none")


class StopOnOutage(Strict):
    """Proven outages of another body's system stop the clock of whoever has the application."""

    systems: list[str] = Field(
        min_length=1, description='Systems whose outages do so; `"*"` for every one'
    )
    at_least: Duration | None = Field(default=None, description="Shorter outages only explain")

    def applies(self, system: str) -> bool:
        """Whether outages of this system stop clocks."""
        return system in self.systems or EVERY in self.systems


class Review(Strict):
    """How each breach is examined."""

    term: int = Field(default=5, ge=1, description="Working days, by the environment's calendar")
    departments: dict[str, str] = Field(
        default_factory=dict,
        description='Who examines, by region; `"*"` for other regions, and for several at once',
    )
    questions: dict[Cause, list[str]] = Field(
        default_factory=dict, description="What has to be answered, by probable cause"
    )


class Delays(Strict):
    """How delays are judged."""

    at_risk: Annotated[float, Field(gt=0, lt=1)] | Literal["never"] = Field(
        default=0.8, description="The share of the working time gone from which a case is at risk"
    )
    hand_over: HandOver | None = None
    tick: Cron = Field(default="*/5 * * * *", description="When the check runs")
    stop_on_outage: StopOnOutage | None = Field(
        default=None, description="Null: outages explain, and stop no clock"
    )
    review: Review = Review()
    forecast: Forecast = Forecast()
