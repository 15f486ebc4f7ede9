"""The web application on a real socket, over a database of the test's own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import uvicorn

from console.up.ports import hold_port
from console.web import database, scraping
from console.web.access import sessions, users
from console.web.access.guard import COOKIE
from console.web.access.rights import BOUNDED
from console.web.app import create_app
from console.web.metrics import collector
from console.web.sharing import Shared
from models.database import Database
from models.environment.console import Role, SignIn
from models.environment.loader import Environment
from tests.console.web.front_office import FrontOffice
from tests.flows.composite_services.bodies import running
from tests.flows.failures.waiting.outage import Outage
from tests.waiting import until


@dataclass
class Web:
    """Where the application listens."""

    address: str

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.address}{path}", headers=headers, timeout=60)

    def metrics(self) -> dict[str, float]:
        """The samples of a scrape, keyed as they are written: `name{label="value"}`."""
        answer = self.get("/metrics")
        assert answer.status_code == 200, answer.text
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


@dataclass
class Client:
    """Somebody signed in, without a browser: forms carry the session's token."""

    web: Web
    http: requests.Session
    token: str

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.web.address + path, timeout=60)

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form, and follow to where it leads."""
        fields.setdefault("forms", self.token)
        return self.http.post(self.web.address + path, data=fields, timeout=60)


BOUND = "75"
"""The region of who needs one, where a test names none."""


@pytest.fixture
def signed_in(web: Web, outage: Outage) -> Iterator[Callable[..., Client]]:
    """Makes clients: `signed_in("region", region="75")`."""
    clients = []

    def made(role: Role, region: str | None = None, office: str | None = None) -> Client:
        now = datetime.now(UTC)
        region = region or (BOUND if role in BOUNDED else None)
        with outage.engine.begin() as connection:
            users.put(
                connection, users.NewUser(role, role, [role], region, office), password=None,
                actor="test",
            )  # fmt: skip
            cookie = sessions.begin(connection, role, SignIn(), now)
            person = sessions.find(connection, cookie, SignIn(), now)
        assert person is not None
        http = requests.Session()
        http.cookies.set(COOKIE, cookie)
        http.headers["Accept-Language"] = "en"
        clients.append(http)
        return Client(web, http, person.forms)

    yield made
    for each in clients:
        each.close()


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Outage]:
    engine = synced.engine()
    yield Outage(engine, tmp_path / "environment")
    engine.dispose()


@pytest.fixture
def front_office(synced: Database, tmp_path: Path) -> Iterator[FrontOffice]:
    """A front office and a body; a test module has `outage` be it, so that it is served."""
    engine = synced.engine()
    with running() as body:
        yield FrontOffice(engine, tmp_path / "environment", body)
    engine.dispose()


@pytest.fixture
def web(outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    with served(outage.environment) as address:
        yield address


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as nobody at a page would: that a machine is slow says nothing about the console."""
    monkeypatch.setattr(database, "CONNECT_WITHIN", 60)
    monkeypatch.setattr(scraping, "PATIENCE", 60.0)
    monkeypatch.setattr(collector, "LIMIT", "60s")


@contextmanager
def served(environment: Environment) -> Iterator[Web]:
    """The web application of this environment, over the database that the variable names."""
    held = hold_port(0)
    app = create_app(environment, "0.0.0")
    app.state.shared = Shared(patience=60.0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([held],))
    thread.start()
    try:
        until(lambda: server.started)
        yield Web(f"http://127.0.0.1:{held.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()
