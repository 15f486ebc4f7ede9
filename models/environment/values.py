"""Small types that YAML values are read into: durations, clock times, languages' names."""

import re
from datetime import time, timedelta
from typing import Annotated, Any

import jmespath
import jmespath.exceptions
from croniter import croniter
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

_DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")
_CENTURY = timedelta(days=36_525)


def parse_duration(value: Any) -> timedelta:
    """A duration written like `90s`, `10m`, `1h 30m` or `5d`.

    Raises:
        ValueError: anything else, numbers without a unit and more than a century included.
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError("a duration is written like 90s, 10m, 1h 30m or 5d")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total > _CENTURY.total_seconds():
        raise ValueError("a duration is at most 36525d")
    return timedelta(seconds=total)


def _parse_clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError('a time of day is written in quotes, like "09:00"') from None


def _duration_written(value: timedelta) -> str:
    return f"{value // timedelta(seconds=1)}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(_duration_written, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["90s", "10m", "1h 30m", "5d"]}),
]
Clock = Annotated[
    time,
    BeforeValidator(_parse_clock),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$"}),
]


def _fires(schedule: str) -> str:
    if len(schedule.split()) != 5 or not croniter.is_valid(schedule):
        raise ValueError('a schedule is a cron line of five fields, like "*/10 * * * *"')
    return schedule


def check_expression(expression: str) -> str:
    """The JMESPath expression as it is.

    Raises:
        ValueError: it is not one; says where it goes wrong.
    """
    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(f"{expression!r} is not a JMESPath expression: {error}") from error
    return expression


Cron = Annotated[str, AfterValidator(_fires)]
Expression = Annotated[str, AfterValidator(check_expression)]
Names = Annotated[dict[str, str], Field(description="A name in each language, by its code")]


class Strict(BaseModel):
    """What every part of an environment is read into: unknown keys are errors.

    Errors do not show what was written: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
