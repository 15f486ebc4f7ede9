"""A small environment whose observations and applications are put straight into the tables."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.hidden_services.decide import Decided, Decision, decide
from flows.hidden_services.run import RunReport, run
from flows.register.sync import sync
from models.environment.loader import Environment
from tests.environments import environment, write

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FISHING = "Выдача путевки на любительский лов рыбы гражданам"
REGISTER = {
    "services": {
        "00100101": {"names": {"ru": "Регистрация рождения ребенка"}},
        "00100102": {"names": {"ru": "Выдача водительского удостоверения"}},
        "00100103": {"names": {"ru": "Назначение пособия по инвалидности"}},
        "00100104": {"names": {"ru": "Выдача архивной справки"}},
    }
}


class House:
    """Observations go in, runs and decisions follow, and the tables tell what came out."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.environment = self.declare()

    def declare(self, **settings: Any) -> Environment:
        """Write the environment anew, with these keys in hidden_services.yaml."""
        register = settings.pop("register", REGISTER)
        write(self.folder, {"hidden_services.yaml": settings})
        self.environment = environment(self.folder, register=register)
        with self.engine.begin() as connection:
            sync(connection, self.environment, "test")
        return self.environment

    def observe(self, code: str, name: str | dict[str, str], **fields: Any) -> None:
        """A source shows a function; `system` and `kind` may be given, else a form of `office`."""
        names = {"ru": name} if isinstance(name, str) else name
        row = {"system": "office", "kind": "form", "last_seen": NOW - timedelta(days=1), **fields}
        row |= {"code": code, "names": json.dumps(names), "source": "test"}
        columns = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        self.do(
            f"INSERT INTO observed_functions ({columns}) VALUES ({values})"
            " ON CONFLICT (system, kind, code) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in row),
            **row,
        )

    def applied(self, service: str, at: datetime, count: int = 1, **fields: Any) -> None:
        """Applications come in."""
        row = {"applicant": None, "result": None, "completed_at": None, "channel": None, **fields}
        self.do(
            """
            INSERT INTO applications (system, number, service, applicant, received_at, result,
                completed_at, channel, source, pull_id)
            SELECT 'office', :service || '-' || :at || '-' || coalesce(:applicant, '') || n,
                :service, CAST(:applicant AS text), CAST(:at AS timestamptz), :result,
                :completed_at, :channel, 'office.applications', 1 FROM generate_series(1, :count) n
            """,
            service=service,
            at=at.isoformat(),
            count=count,
            **row,
        )

    def looked(self, until: datetime) -> None:
        """The source of applications was pulled well until then."""
        self.do(
            """
            INSERT INTO source_states (source, system, dataset, looked_until)
            VALUES ('office.applications', 'office', 'applications', :until)
            ON CONFLICT (source) DO UPDATE SET looked_until = :until
            """,
            until=until,
        )

    def run(self, at: datetime = NOW) -> RunReport:
        """The job runs, as of then."""
        return run(self.engine, self.environment, actor="flow:hidden_services", as_of=at)

    def decide(self, candidate: int, to: str, **given: Any) -> Decided:
        """A person decides."""
        actor = given.pop("actor", "person:aigul")
        decision = Decision(to, given.pop("why", "as the law has it"), **given)
        with self.engine.begin() as connection:
            return decide(connection, self.environment, candidate, decision, actor=actor, now=NOW)

    def walk(self, candidate: int, *states: str, **given: Any) -> Decided:
        """A person takes it from state to state."""
        return [self.decide(candidate, state, **given) for state in states][-1]

    def do(self, statement: str, **values: Any) -> None:
        """Run a statement."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def all(self, query: str, **values: Any) -> list[Any]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), values))

    def one(self) -> Any:
        """The only candidate."""
        [found] = self.all("SELECT * FROM candidates")
        return found
