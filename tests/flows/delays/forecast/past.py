"""A past to learn from: in one region nearly all is late, in the other nearly nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.delays.forecast.store import Known
from flows.delays.forecast.train import train
from tests.flows.delays.world import ACTOR, World, moment

SLOW, QUICK = "KZ-10", "KZ-11"
NOW = moment("06-04 12:00")
"""A Wednesday."""

# How long each takes is told by the region, and by chance one in eight goes the other way.
_FILL = """
    INSERT INTO applications (system, number, service, organisation, channel, region, received_at,
        completed_at, source, pull_id, next_look_at)
    SELECT 'office', :prefix || '-' || n, :service, :body, 'portal', r.region, r.received_at,
        r.received_at + CASE WHEN (r.region = :slow) <> (abs(hashtext('turn' || n)) % 8 = 0)
            THEN interval '6 days' ELSE interval '20 hours' END,
        'office.applications', 1, '-infinity'
    FROM generate_series(1, :count) n CROSS JOIN LATERAL (
        SELECT CASE WHEN n % 2 = 0 THEN :slow ELSE :quick END AS region,
            CAST(:until AS timestamptz) - interval '1 day' * (abs(hashtext('day' || n)) % :days)
            - interval '1 minute' * (abs(hashtext('minute' || n)) % 280) AS received_at
    ) r
"""
# What had not been completed by now is open.
_OPEN = "UPDATE applications SET completed_at = NULL WHERE completed_at > :now"


class Past(World):
    """A world with applications of the last months, those of the last days still open."""

    def __init__(self, engine: Engine, folder: Path, **forecast: Any) -> None:
        rules = {"delays": {"forecast": forecast}} if forecast else {}
        super().__init__(engine, folder, environment=rules)

    def fill(
        self,
        count: int = 1200,
        *,
        prefix: str = "A",
        service: str = "00100101",
        body: str = "akimat",
        days: int = 90,
        until: datetime = NOW,
    ) -> None:
        """Put so many applications into the last days, and judge them all as of `NOW`."""
        values = {"prefix": prefix, "service": service, "body": body, "count": count,
                  "days": days, "slow": SLOW, "quick": QUICK, "until": until}  # fmt: skip
        with self._writing() as connection:
            connection.execute(text(_FILL), values)
            connection.execute(text(_OPEN), {"now": until})

    def received(self, number: str, at: str, **values: Any) -> None:
        """An application comes in, by default with the body that has a past."""
        body = values.pop("organisation", "akimat")
        super().received(number, at, **values)
        with self._writing() as connection:
            connection.execute(
                text("UPDATE applications SET organisation = :body WHERE number = :number"),
                {"body": body, "number": number},
            )

    def complete_all(self, at: str) -> None:
        """Everything that is open is completed then."""
        with self._writing() as connection:
            connection.execute(
                text("""
                    UPDATE applications SET completed_at = :at, next_look_at = '-infinity'
                    WHERE completed_at IS NULL
                """),
                {"at": moment(at)},
            )

    def learn(self, at: datetime = NOW) -> Known:
        """Learn, as of then."""
        return train(self.engine, self.environment, as_of=at, actor=ACTOR)

    def chances(self) -> dict[str, float | None]:
        """The chance of each application that is open, by its number."""
        rows = self.all("SELECT number, chance FROM forecasts WHERE outcome IS NULL")
        return dict(rows)

    def now(self, later: timedelta = timedelta(0)) -> str:
        """A moment after `NOW` as `World` takes it."""
        local = (NOW + later).astimezone(UTC) + timedelta(hours=5)
        return f"{local:%m-%d %H:%M}"
