"""What a round of notices needs to know of its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.alerts.naming import snake
from flows.register.days import Day, days
from flows.speaking.catalogs import SOURCE
from flows.speaking.tongue import Tongue
from models.database import embedded
from models.environment.alerts import Alerts
from models.environment.calendars import Calendar
from models.environment.loader import Environment
from models.environment.on_call import OnCall, Rota
from models.environment.rota import Watch, Works, on_duty, watches
from models.environment.settings import Settings
from models.environment.systems import System


@dataclass(frozen=True)
class House:
    """Who is told, through what, in whose time; `home` is what receivers' files are relative to.

    `console` is the address of the web console, where it has one that everybody reaches.
    """

    alerts: Alerts
    settings: Settings
    home: Path
    systems: Mapping[str, System] = field(default_factory=dict)
    on_call: OnCall = field(default_factory=OnCall)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    console: str | None = None

    @classmethod
    def of(cls, environment: Environment) -> "House":
        """That of the environment, with Tereze's home folder."""
        return cls(
            alerts=environment.alerts,
            settings=environment.settings,
            home=embedded.home(),
            systems=environment.systems,
            on_call=environment.on_call,
            calendars=environment.calendars,
            console=environment.console.address,
        )

    def page_of(self, alert: str) -> str | None:
        """The address of an alert's page in the console; None where the console has none."""
        return f"{self.console.rstrip('/')}/alerts/{alert[:12]}" if self.console else None

    def tongue(self, receiver: str) -> Tongue:
        """The language of notices to a receiver, and the environment's time."""
        declared = self.alerts.receivers.get(receiver)
        own = declared.language if declared is not None else None
        return Tongue(own or self.alerts.notices.language, self.zone)

    def runbook_of(self, name: str, language: str) -> str:
        """Where the runbook of an alert is: in the console, or where `runbooks` leads.

        Those in other languages than English are in a folder of the language's name.
        """
        notices = self.alerts.notices
        if self.console and "runbooks" not in notices.model_fields_set:
            return f"{self.console.rstrip('/')}/alerts/runbooks/{snake(name)}"
        folder = notices.runbooks.rstrip("/")
        return f"{folder if language == SOURCE else f'{folder}/{language}'}/{snake(name)}.md"

    @property
    def zone(self) -> ZoneInfo:
        """The environment's time zone."""
        return ZoneInfo(self.settings.timezone)

    def on_duty(self, rota: str, moment: datetime) -> str | None:
        """Who has the watch; None in a gap."""
        here = self.on_call.rotas[rota]
        return on_duty(here, moment, self.zone, self._works(here))

    def watches(self, rota: str, begins: datetime, ends: datetime) -> list[Watch]:
        """Who has the watch from `begins` to `ends`."""
        here = self.on_call.rotas[rota]
        return list(watches(here, begins, ends, self.zone, self._works(here)))

    def working_hours(self, moment: datetime) -> bool:
        """Whether the environment's calendar works at the moment; without one, always."""
        if self.settings.calendar not in self.calendars:
            return True
        day = self._day(None, moment.astimezone(self.zone).date())
        return day.working and day.opens_at <= moment <= day.closes_at

    def _works(self, rota: Rota) -> Works:
        return lambda day: self._day(rota.calendar, day).working

    def _day(self, calendar: str | None, day: date) -> Day:
        named = self.calendars[calendar or self.settings.calendar]
        zone = named.timezone or self.settings.timezone
        first = day.replace(month=1, day=1)
        return _year(named.model_dump_json(), zone, first)[(day - first).days]


@lru_cache(maxsize=32)
def _year(calendar: str, timezone: str, first: date) -> list[Day]:
    last = first.replace(year=first.year + 1) - timedelta(days=1)
    return days(Calendar.model_validate_json(calendar), timezone, first, last)
