"""`calendars.yaml`: holidays of any country, the working week, hours, and moved days."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from models.environment.settings import Zone
from models.environment.values import Clock, Strict

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(Strict):
    """Opening hours; an application at closing time itself still counts as that day's."""

    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes must be later in the day than opens")
        return self


class MovedDay(Strict):
    """A day that by decree is worked, or is not, whatever the week and the holidays say."""

    day: date
    working: bool
    why: str = Field(description="The decree, or what it was for")


class Calendar(Strict):
    """Which days are worked and when."""

    country: str | None = Field(
        default=None, description="ISO 3166 code; null for no public holidays at all"
    )
    subdivision: str | None = Field(default=None, description="As the package holidays names it")
    categories: list[str] = Field(
        default_factory=lambda: ["public"], description="As the package holidays names them"
    )
    week: list[Weekday] = Field(default=["mon", "tue", "wed", "thu", "fri"], min_length=1)
    hours: Hours
    timezone: Zone | None = Field(default=None, description="Null: the environment's")
    moved_days: list[MovedDay] = Field(default_factory=list)

    @model_validator(mode="after")
    def _known_to_holidays(self) -> Self:
        self.holidays(2024)
        return self

    def holidays(self, *years: int) -> Any:
        """The public holidays of these years.

        Raises:
            ValueError: the package `holidays` does not know the country or the subdivision.
        """
        import holidays

        if self.country is None:
            return holidays.HolidayBase(years=years)
        try:
            return holidays.country_holidays(
                self.country,
                subdiv=self.subdivision,
                years=years,
                categories=tuple(self.categories),
            )
        except (NotImplementedError, ValueError) as error:
            raise ValueError(str(error)) from error


class Calendars(Strict):
    """The file: calendars by name."""

    calendars: dict[str, Calendar] = Field(min_length=1)
