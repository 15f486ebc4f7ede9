"""`environment.yaml`: what holds for the whole environment."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from models.environment.composite_settings import CompositeServices
from models.environment.delays import Delays
from models.environment.failures import Failures
from models.environment.values import Strict


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("not in the time-zone database; write it like Asia/Almaty") from error
    return name


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Zone = Annotated[str, AfterValidator(_known_zone)]
Pattern = Annotated[str, AfterValidator(_compiles)]


class CheckDigit(Strict):
    """A weighted check digit: Σ digit·weight mod `modulus` equals the last digit.

    Where the result has more than one digit, the next row of weights is tried; where none is
    left, no such number is ever issued.
    """

    modulus: int = Field(ge=2, le=11)
    weights: list[list[int]] = Field(min_length=1)


class Identifier(Strict):
    """A kind of identifier of persons or legal entities, with what makes one valid."""

    pattern: Pattern = Field(description="The whole identifier matches it")
    check: CheckDigit | None = None
    personal: bool = Field(default=True, description="Masked wherever it is not needed")


class Settings(Strict):
    """The environment's own name, time zone, languages and rules."""

    environment: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,40}$",
        description="Its name; its data live in the database schema of this name",
    )
    title: str = Field(description="What people call it")
    extends: str | None = Field(
        default=None, description="A folder whose files hold wherever this one has none"
    )
    timezone: Zone
    languages: list[str] = Field(min_length=1)
    calendar: str = Field(description="The calendar where nothing else names one")
    service_code: Pattern | None = Field(
        default=None, description="What every service code matches"
    )
    identifiers: dict[str, Identifier] = Field(default_factory=dict)
    delays: Delays = Delays()
    failures: Failures = Failures()
    composite_services: CompositeServices = CompositeServices()
