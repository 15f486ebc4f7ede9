"""The letter to the owner of a failing system: plain text, ready to send, without personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined
from sqlalchemy import Connection

from flows.failures.waiting.counts import Waiting, waiting
from flows.failures.waiting.finding import Known, Seen, evidence, finding
from flows.failures.waiting.names import Names, names
from flows.failures.waiting.promises import record
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import ConfigurationError
from models.masking import Masker

FOLDER = Path(__file__).parent / "letters"
SHOWN = 10
"""So many rows of evidence, services and regions; of what is beyond, the number."""
SPOKEN = tuple(sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.txt.j2")))
"""The languages that there is a letter in."""


@dataclass(frozen=True)
class Letter:
    """A letter; `warnings` say what a person should know before sending it."""

    finding: int
    language: str
    text: str
    warnings: tuple[str, ...] = ()


def letter(
    connection: Connection,
    environment: Environment,
    identity: int,
    moment: datetime,
    language: str | None = None,
) -> Letter:
    """Write to the owner of the system that a finding is about, as of `moment`.

    Reads in the caller's transaction. Without `language` it is the first of the environment's
    that there is a letter in; names fall back in the same order.

    Raises:
        ConfigurationError: no such finding or language, or a finding of Tereze itself.
        CouldNotRun: see `waiting`.
    """
    chosen = _language(environment, language)
    found = finding(connection, identity)
    if found.system not in environment.systems:
        raise ConfigurationError(
            f"Writing the letter of finding {identity}",
            f"{found.system} is none of the systems of systems.yaml, so it has no owner",
            "It is for those who keep Tereze running; nobody else is to be written to",
        )
    facts = _facts(connection, environment, found, moment, chosen)
    masker = Masker(environment.settings.identifiers)
    body = _templates(chosen, environment).get_template(f"{chosen}.txt.j2").render(facts)
    warnings = _warnings(environment, found, facts["names"], chosen)
    return Letter(identity, chosen, masker.mask(redact(body)), warnings)


def _language(environment: Environment, wanted: str | None) -> str:
    if wanted is None:
        return next((each for each in environment.settings.languages if each in SPOKEN), "en")
    if wanted not in SPOKEN:
        raise ConfigurationError(
            f"Writing a letter in {wanted!r}",
            "there is none in that language",
            f"Write one of: {', '.join(SPOKEN)}",
        )
    return wanted


def _facts(
    connection: Connection,
    environment: Environment,
    found: Known,
    moment: datetime,
    language: str,
) -> dict[str, Any]:
    system = environment.systems[found.system]
    seen = evidence(connection, found.id)
    waits = waiting(connection, environment, found.system, moment)
    recovery = system.objectives.recovery_within
    return {
        "finding": found,
        "system": system,
        "moment": moment,
        "title": environment.settings.title,
        "timezone": environment.settings.timezone,
        "record": record(connection, environment, found.system, moment),
        "lasted": found.lasted(moment),
        "deadline": found.began_at + recovery if recovery else None,
        "seen": _some(seen),
        "seen_in_all": len(seen),
        "waiting": waits,
        "services": _by(waits, "service")[:SHOWN],
        "regions": _by(waits, "region")[:SHOWN],
        "duty": environment.settings.failures.duty.get(language),
        "names": names(connection, environment, language),
    }


def _some(seen: Sequence[Seen]) -> Sequence[Seen]:
    """The first and the last rows, where there are too many to read."""
    return seen if len(seen) <= SHOWN else [*seen[: SHOWN // 2], *seen[-SHOWN // 2 :]]


def _by(waits: Waiting, label: str) -> list[tuple[str | None, int]]:
    counted: dict[str | None, int] = {}
    for group in waits.groups:
        code = getattr(group, label)
        counted[code] = counted.get(code, 0) + group.applications
    return sorted(counted.items(), key=lambda each: (-each[1], each[0] or ""))


def _warnings(
    environment: Environment, found: Known, known: Names, language: str
) -> tuple[str, ...]:
    owner = environment.systems[found.system].owner
    said = []
    if language not in environment.settings.failures.duty:
        said.append(
            "The letter names no article that obliges the owner: write it under"
            f" failures.duty.{language} of environment.yaml"
        )
    if not known.knows("organisation", owner):
        said.append(f"The register has no name of the owner {owner}; the letter has its code")
    if found.state == "suspected":
        said.append("The failure is suspected and not confirmed yet")
    return tuple(said)


def _templates(language: str, environment: Environment) -> Templates:
    zone = ZoneInfo(environment.settings.timezone)
    made = Templates(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # plain text
    )
    made.filters["local"] = lambda moment: _local(moment, zone, language)
    made.filters["span"] = lambda length: span(length, UNITS[language])
    made.filters["count"] = lambda number: f"{number:,}".replace(",", GROUPS[language])
    made.filters["percent"] = lambda share: _percent(share, language)
    return made


UNITS: Mapping[str, tuple[str, str, str, str]] = {
    "en": ("d", "h", "min", "s"),
    "kk": ("тәул.", "сағ", "мин", "с"),
    "ru": ("сут", "ч", "мин", "с"),
}
GROUPS = {"en": ",", "kk": "\u00a0", "ru": "\u00a0"}


def span(length: timedelta, units: tuple[str, str, str, str]) -> str:
    """A length of time in its two largest units."""
    seconds = int(length.total_seconds())
    sizes = (86_400, 3_600, 60, 1)
    parts = []
    for size, unit in zip(sizes, units, strict=True):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or f"0 {units[-1]}"


def _local(moment: datetime, zone: ZoneInfo, language: str) -> str:
    form = "%Y-%m-%d %H:%M" if language == "en" else "%d.%m.%Y %H:%M"
    return moment.astimezone(zone).strftime(form)


def _percent(share: float, language: str) -> str:
    written = f"{share * 100:.3f}".rstrip("0").rstrip(".")
    return f"{written}%" if language == "en" else f"{written.replace('.', ',')} %"
