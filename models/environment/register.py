"""`register.yaml`: organisations, services, channels, regions, offices and standards.

All of it may instead, or besides, be pulled as datasets of the same names.
"""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from models.environment.values import Duration, Names, Strict


class OrganisationEntry(Strict):
    """A state body or another provider."""

    names: Names
    kind: str | None = None
    parent: str | None = None
    region: str | None = None
    contact: str | None = None


class ServiceEntry(Strict):
    """A registered public service."""

    names: Names
    sphere: str | None = None
    life_situation: str | None = None
    organisation: str | None = None
    sub_types: list[str] | None = None
    form: str | None = None


class ChannelEntry(Strict):
    """A way to apply."""

    names: Names
    digital: bool | None = None
    calendar: str | None = Field(default=None, description="Where it keeps its own days")


class RegionEntry(Strict):
    """A territorial unit."""

    names: Names
    iso_code: str | None = None


class OfficeEntry(Strict):
    """A front office."""

    names: Names
    region: str | None = None
    six_day_week: bool | None = None


class StandardEntry(Strict):
    """One version of a service's term. The most specific standard in force wins."""

    service: str = Field(description='A service code, or "*" for services without their own')
    sub_type: str | None = None
    channel: str | None = None
    term: int | None = Field(default=None, ge=0, description="How many of the unit")
    unit: Literal["minutes", "working_hours", "working_days", "calendar_days", "given"] = Field(
        description="`given`: the due date that the source gives with each application"
    )
    day_of_receipt: Literal["not_counted", "counted"] = "not_counted"
    day_ends: Literal["close_of_business", "end_of_day", "same_clock_time"] = "close_of_business"
    after_hours: Literal["next_working_day", "same_day"] = Field(
        default="next_working_day",
        description="When an application after closing, or on a free day, is registered",
    )
    inner_due: Duration | None = Field(
        default=None, description="How long before the end the front office has the result"
    )
    calendar: str | None = Field(default=None, description="Null: the channel's, else the default")
    valid_from: date = date(1900, 1, 1)
    valid_to: date | None = Field(default=None, description="The first day it no longer holds")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.term is None) != (self.unit == "given"):
            raise ValueError("a term is needed, except with the unit given, which has none")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be after valid_from")
        return self


class Register(Strict):
    """The file. Codes are the keys, except for standards, which are a list."""

    organisations: dict[str, OrganisationEntry] = Field(default_factory=dict)
    services: dict[str, ServiceEntry] = Field(default_factory=dict)
    channels: dict[str, ChannelEntry] = Field(default_factory=dict)
    regions: dict[str, RegionEntry] = Field(default_factory=dict)
    offices: dict[str, OfficeEntry] = Field(default_factory=dict)
    standards: list[StandardEntry] = Field(default_factory=list)
