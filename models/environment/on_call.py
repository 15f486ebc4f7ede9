"""`on_call.yaml`: who is called, and who of them has the watch when."""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from models.environment.calendars import WEEKDAYS, Weekday
from models.environment.values import Clock, Duration, Strict, parse_duration


class Person(Strict):
    """Somebody who can be on call, by a code: no name is needed here."""

    receivers: list[str] = Field(
        min_length=1, description="Of alerts.yaml, in this order: the next where one takes nothing"
    )


class Shift(Strict):
    """A stretch of some days, and who has it in turn; `to` before `from` is on the next day."""

    people: list[str] = Field(min_length=1, description="In turn; of a gap there is nobody")
    days: list[Weekday] = Field(
        default=list(WEEKDAYS), min_length=1, description="The days on which it begins"
    )
    only: Literal["working_days", "days_off"] | None = Field(
        default=None, description="Of these days, those that the calendar works, or the others"
    )
    from_: Clock = Field(alias="from", description="When it begins")
    to: Clock = Field(description="When it ends; the same time as `from`: a day later")


class Away(Strict):
    """Somebody is away, and somebody else has their shifts."""

    person: str
    instead: str
    from_: datetime = Field(alias="from", description="Local to the environment")
    until: datetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_.tzinfo is not None or self.until.tzinfo is not None:
            raise ValueError("write from and until in local time, without an offset")
        if self.until <= self.from_:
            raise ValueError("until must be later than from")
        if self.person == self.instead:
            raise ValueError("the person and who is there instead are the same")
        return self


class Rota(Strict):
    """Who has the watch: the first shift that covers a moment decides."""

    shifts: list[Shift] = Field(min_length=1)
    turn: Duration = Field(
        default=parse_duration("7d"), description="How long one person has a shift before the next"
    )
    starts: date = Field(description="The day on which the first of each shift's people begins")
    calendar: str | None = Field(default=None, description="Of holidays; none: the environment's")
    away: list[Away] = Field(default_factory=list)
    fallback: list[str] = Field(
        default_factory=list,
        description="Receivers that are told in a gap; without them a rota with a gap is refused",
    )

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if self.turn.total_seconds() % 86_400 or not self.turn:
            raise ValueError("a turn is of whole days, like 1d or 7d")
        return self


class OnCall(Strict):
    """The file."""

    people: dict[str, Person] = Field(default_factory=dict)
    rotas: dict[str, Rota] = Field(default_factory=dict)
