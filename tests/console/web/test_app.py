"""The application answers, says when it cannot, and comes back by itself."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from console.web import database
from console.web.access import sessions, users
from console.web.access.guard import COOKIE
from console.web.app import create_app
from console.web.database import AT_ONCE, BESIDE
from console.web.metrics import collector
from console.web.sharing import Shared
from models.database import Database
from models.environment.console import SignIn
from tests.console.web.conftest import Web
from tests.flows.failures.waiting.outage import Outage
from tests.waiting import until


def test_it_answers_in_both_forms(web: Web) -> None:
    plain = web.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    newer = web.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert newer.headers["content-type"].startswith("application/openmetrics-text")
    assert newer.text.endswith("# EOF\n")
    assert (web.get("/healthz").text, web.get("/nothing").status_code) == ("ok\n", 404)


def test_without_a_database_it_says_so_and_comes_back(web: Web, synced: Database) -> None:
    assert web.get("/metrics").status_code == 200
    server = synced.url.set(database="postgres", drivername="postgresql")
    name = synced.url.database
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        for path in ("/metrics", "/healthz"):
            answer = web.get(path)
            assert answer.status_code == 503, answer.text
            assert answer.text.startswith("Not now: ")
            assert "not currently accepting connections" in answer.text
            assert len(answer.text.splitlines()) == 1
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'.encode())
    until(lambda: web.get("/metrics").status_code == 200)
    assert web.get("/healthz").status_code == 200


def test_it_starts_before_its_database(outage: Outage, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.testclient import TestClient

    monkeypatch.setenv("TEREZE_DATABASE_URL", "postgresql://user:hush@127.0.0.1:1/none")
    client = TestClient(create_app(outage.environment, "0"))
    answer = client.get("/metrics")
    assert answer.status_code == 503
    assert "hush" not in answer.text
    assert "Connecting to" in answer.text


def test_a_locked_table_holds_a_scrape_for_a_bounded_time(
    web: Web, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "LIMIT", "1s")
    with outage.engine.begin() as connection:
        connection.execute(text("LOCK TABLE findings IN ACCESS EXCLUSIVE MODE"))
        answer = web.get("/metrics")
    assert answer.status_code == 503
    assert "statement timeout" in answer.text
    monkeypatch.setattr(collector, "LIMIT", "60s")
    assert web.get("/metrics").status_code == 200


def test_where_no_connection_is_free_it_says_so(
    outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starlette.testclient import TestClient

    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    monkeypatch.setattr(database, "CONNECT_WITHIN", 1)
    app = create_app(outage.environment, "0")
    client, engine = TestClient(app), app.state.database.engine()
    held = [engine.connect() for _ in range(AT_ONCE + BESIDE)]
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "QueuePool limit" in answer.text
    for connection in held:
        connection.close()
    assert client.get("/healthz").status_code == 200
    engine.dispose()


def test_what_takes_long_to_count_holds_nobody_up(
    outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from starlette.testclient import TestClient

    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    app = create_app(outage.environment, "0")
    app.state.shared = Shared(patience=0.1)
    with outage.engine.begin() as connection:
        users.put(connection, users.NewUser("one", "one", ["auditor"]), password=None, actor="test")
        cookie = sessions.begin(connection, "one", SignIn(), datetime.now(UTC))
    client = TestClient(app, cookies={COOKIE: cookie}, headers={"Accept-Language": "en"})
    with outage.engine.begin() as connection:
        connection.execute(text("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE"))
        answer = client.get("/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "still being counted" in answer.text
        assert '<meta http-equiv="refresh" content="10">' in answer.text
    until(lambda: client.get("/").status_code == 200)
    app.state.database.engine().dispose()
