"""What is said of a held step: the code of the words and their values, for a step's change."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.composite_services.holding.blocked import Held
from flows.composite_services.loading import in_language
from models.environment.loader import Environment

SOON = 12 * 3600.0
"""Within so many seconds the clock alone is said, without the day."""


def words(
    held: Held, environment: Environment, language: str, moment: datetime
) -> tuple[str, dict[str, str]]:
    """The reason of the held step, and what its sentence needs beside `{step}`."""
    system = environment.systems.get(held.system)
    values = {"system": in_language(system.names, language) if system else held.system}
    if held.expected_at is None:
        return held.reason, values
    local = held.expected_at.astimezone(ZoneInfo(environment.settings.timezone))
    soon = (held.expected_at - moment).total_seconds() < SOON
    values["until"] = f"{local:%H:%M}" if soon else f"{local:%Y-%m-%d %H:%M}"
    return held.reason if held.reason == "maintenance" else f"{held.reason}_until", values
