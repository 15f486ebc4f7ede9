"""Take applications in: one, or many from a file, each in a transaction of its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine

from flows.composite_services.intake.not_accepted import count_not_accepted
from flows.composite_services.intake.start import NotAccepted, Started, start
from models.environment.loader import Environment
from models.errors import ConfigurationError

LONGEST = 1_000_000
"""Bytes of one form at most."""
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Way:
    """How applications come: who enters them, in which language, where, and by what.

    `once` names the filled-in form, where it may be sent a second time by mistake: see `start`.
    """

    actor: str
    language: str
    origin: str
    office: str | None = None
    region: str | None = None
    channel: str | None = None
    once: str | None = None


@dataclass(frozen=True)
class Line:
    """What became of one line of a file. `sentences` say what is wrong, and have no values."""

    line: int
    outcome: Literal["started", "again", "not_accepted", "unreadable"]
    number: str | None = None
    sentences: tuple[str, ...] = ()


def apply(
    engine: Engine, environment: Environment, composite: str, data: Any, way: Way, moment: datetime
) -> Started:
    """Start one application; one that is not accepted is counted.

    Raises:
        NotAccepted: what is wrong with the form, in the person's language.
        ConfigurationError: no such composite service, language, office, region or channel.
    """
    try:
        with engine.begin() as connection:
            return start(
                connection,
                environment,
                composite,
                data,
                actor=way.actor,
                language=way.language,
                origin=way.origin,
                moment=moment,
                office=way.office,
                region=way.region,
                channel=way.channel,
                once=way.once,
            )
    except NotAccepted as refused:
        with engine.begin() as connection:
            count_not_accepted(connection, composite, refused.problems, moment)
        raise


def apply_many(
    engine: Engine,
    environment: Environment,
    composite: str,
    path: Path,
    way: Way,
    now: Clock,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Line]:
    """Start an application for each line of a file of JSON Lines; a bad one stops no other.

    Empty lines are passed over. `told` hears of the bytes that were read.

    Raises:
        ConfigurationError: as for `apply`, or the file cannot be read.
    """
    for number, raw in _lines(path):
        told(len(raw))
        if not raw.strip():
            continue
        try:
            data = parse_form(raw)
        except ValueError as error:
            yield Line(number, "unreadable", sentences=(str(error),))
            continue
        try:
            started = apply(engine, environment, composite, data, way, now())
        except NotAccepted as refused:
            sentences = tuple(problem.sentence for problem in refused.problems)
            yield Line(number, "not_accepted", sentences=sentences)
        else:
            yield Line(number, "again" if started.again else "started", started.number)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as stream:
            number = 0
            while line := stream.readline(LONGEST + 1):
                number += 1
                yield number, line
                while not line.endswith(b"\n") and line:  # the rest of what is too long
                    line = stream.readline(LONGEST + 1)
    except OSError as error:
        raise ConfigurationError(
            f"Reading {path}", error.strerror or "it cannot be read", "Give a file of JSON Lines"
        ) from error


def parse_form(raw: bytes) -> Any:
    """The form in a JSON document, read strictly.

    Raises:
        ValueError: it is too long, not UTF-8, not JSON, or names a field twice; says which.
    """
    if len(raw) > LONGEST:
        raise ValueError(f"longer than {LONGEST:,} bytes")
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (at byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} (at character {error.pos})") from error
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is there twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
