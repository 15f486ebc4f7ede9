"""Contracts over a real socket: seen, drifted, accepted, unreadable."""

import threading
import time
import tracemalloc
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from flows.failures.contracts.side import CONTRACTS
from flows.failures.contracts.store import Overtaken, accept, load
from flows.failures.contracts.summary import standing
from models import trail
from models.errors import ConfigurationError
from tests.connectors.rest.server import Reply, Seen
from tests.flows.failures.contracts.conftest import INTERFACE, Watched
from tests.flows.failures.contracts.made import GOOD, openapi, stands
from tests.flows.failures.contracts.test_diff import Bend, fields, get


def test_the_first_sight_is_accepted_and_on_the_trail(watched: Watched) -> None:
    assert stands(watched.look()) == GOOD
    assert stands(watched.look()) == GOOD
    (entry,) = watched.audited()
    assert (entry.actor, entry.subject) == ("flow:failures", "contract/office/interface")
    assert entry.details["first_sight"] is True
    with watched.engine.connect() as connection:
        assert trail.verify(connection).ok
        (known,) = [standing(connection, watched.environment, "office", "interface")]
    assert known.accepted_by == "first sight"
    assert [each.sentence for each in known.pulls] == [
        "the next pull of office.applications will work"
    ]


DRIFTS: list[tuple[str, Bend, str, str]] = [
    ("a field that must be there", lambda d: fields(d).pop("received_at"), "critical",
     "The next pull of office.applications will fail: it takes `items.received_at`, which has"
     " gone"),
    ("a field that may be empty", lambda d: fields(d).pop("status"), "warning",
     "will work, but not in full: it takes `items.status`, which has gone (`result` stays empty)"),
    ("a kind that cannot be read", lambda d: fields(d).update(received_at={"type": "integer"}),
     "critical", "`received_at` cannot be read from `items.received_at`, now number"),
    ("a kind that can be read", lambda d: fields(d).update(number={"type": "integer"}),
     "warning", "may fail: `items.number` is now a number: its leading zeros are lost"),
    ("something we do not take", lambda d: fields(d).pop("person"), "warning",
     "The next pull of office.applications will work"),
    ("the list itself", lambda d: d["components"]["schemas"]["Page"]["properties"].pop("items"),
     "critical", "will fail: it takes `items`, which has gone"),
    ("the operation", lambda d: d["paths"].pop("/applications"), "critical",
     "it asks for GET /api/applications, which has gone"),
    ("more to be sent", lambda d: get(d)["parameters"].append(
        {"name": "region", "in": "query", "required": True}), "critical",
     "it does not send 'query region', which has to be sent"),
    ("what we send", lambda d: get(d)["parameters"].pop(), "warning",
     "may fail: it sends 'query changed_since', which has gone"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bend", "severity", "words"), [each[1:] for each in DRIFTS], ids=[each[0] for each in DRIFTS]
)
def test_a_drift_is_certain_at_first_sight_and_says_what_the_next_pull_will_do(
    watched: Watched, bend: Bend, severity: str, words: str
) -> None:
    watched.look()
    watched.publish(openapi(bend))
    drifted = watched.look()
    assert stands(drifted) == ("confirmed", "drifted", severity)
    assert drifted is not None
    assert words in drifted.sentence
    assert drifted.since == drifted.at == watched.now
    assert [each.origin for each in drifted.evidence] == ["contracts"] * len(drifted.evidence)
    again = watched.look()
    assert again is not None
    assert (again.since, again.sentence) == (drifted.since, drifted.sentence)

    watched.publish(openapi())
    good = watched.look()
    assert stands(good) == GOOD
    assert good is not None
    assert good.since == watched.now


def test_accepted_by_a_person_it_is_over(watched: Watched) -> None:
    watched.look()
    watched.publish(openapi(lambda d: fields(d).pop("person")))
    watched.look()
    with watched.engine.begin() as connection:
        told = accept(connection, "office", "interface", watched.now, "person:ana")
    assert [each.path for each in told] == ["items.person", "body.person"]
    assert [stands(each) for each in watched.judge()] == [GOOD]
    entry = watched.audited()[-1]
    assert (entry.actor, entry.details["differences"]) == ("person:ana", 2)
    assert "items.person" in entry.details["first_of_them"][0]
    assert stands(watched.look()) == GOOD
    watched.publish(openapi())
    assert stands(watched.look())[:2] == ("confirmed", "drifted"), "the old one is the new one now"


def _without(gone: str, document: dict[str, Any]) -> None:
    del fields(document)[gone]


def test_what_is_accepted_is_what_was_looked_at(watched: Watched) -> None:
    watched.look()
    digests = []
    for gone in ("person", "number"):
        watched.publish(openapi(partial(_without, gone)))
        watched.look()
        with watched.engine.connect() as connection:
            seen = load(connection, [("office", "interface")])["office", "interface"].seen
        assert seen is not None
        digests.append(seen.digest)
    with watched.engine.begin() as connection, pytest.raises(Overtaken, match="read anew"):
        accept(connection, "office", "interface", watched.now, "person:ana", digest=digests[0])
    with watched.engine.begin() as connection:
        accept(connection, "office", "interface", watched.now, "person:ana",
               digest=digests[1], reason="letter 12")  # fmt: skip
        basis = connection.execute(
            text("SELECT basis FROM audit_entries ORDER BY seq DESC LIMIT 1")
        ).scalar_one()
    assert basis == "letter 12"


def test_nothing_to_accept(watched: Watched) -> None:
    with watched.engine.begin() as connection:
        with pytest.raises(ConfigurationError, match="never read"):
            accept(connection, "office", "interface", watched.now, "person:ana")
        watched.look()
        with pytest.raises(ConfigurationError, match="as it was accepted"):
            accept(connection, "office", "interface", watched.now, "person:ana")
        with pytest.raises(ConfigurationError, match="office interface"):
            standing(connection, watched.environment, "office", "no_such")


def silent(handler: Any) -> None:
    handler.connection.recv(1)  # nothing comes before who asks has had enough


def gigabyte(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    part = b'{"openapi": "3.0.0", ' + b" " * (1 << 20)
    for _ in range(1024):
        handler.wfile.write(part)


def drip(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(6_000):
        handler.wfile.write(b"{")
        time.sleep(0.05)


UNREADABLE: list[tuple[str, Reply, str]] = [
    ("an error", Reply("no", 503), "503"),
    ("not there", Reply("no", 404), "404"),
    ("a page", Reply(b"<html>We are back soon</html>"), "HTML"),
    ("truncated", Reply(openapi()[:200]), "not whole JSON"),
    ("something else", Reply({"error": "no"}), "neither"),
    ("for ever", Reply(None, 302, {"Location": "/api/openapi.json"}), "circle"),
    ("silent", Reply(raw=silent), "nothing came"),
    ("a gigabyte", Reply(raw=gigabyte), "longer than"),
    ("drop by drop", Reply(raw=drip), "within 1 s"),
]
GIVEN_UP: dict[str, Any] = {
    "nothing came": {"timeouts": {"read": 0.5}},
    "within 1 s": {"answer_within": 1},
}


@pytest.mark.parametrize(
    ("reply", "words"), [each[1:] for each in UNREADABLE], ids=[each[0] for each in UNREADABLE]
)
def test_what_cannot_be_read_is_suspected_then_certain_then_over(
    watched: Watched, reply: Reply, words: str
) -> None:
    watched.look()
    watched.server.answer("/api/openapi.json", reply)
    watched.declare(INTERFACE, **GIVEN_UP.get(words, {}))
    started = time.monotonic()
    tracemalloc.start()
    first = watched.look()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - started < 60
    assert peak < 40_000_000
    assert stands(first) == ("suspected", "unreadable", "warning")
    assert first is not None
    assert words in first.sentence
    second = watched.look()
    assert stands(second) == ("confirmed", "unreadable", "warning")
    assert second is not None
    assert second.since == first.at
    watched.publish(openapi())
    watched.declare(INTERFACE)
    assert stands(watched.look()) == GOOD


def test_never_read_and_unreadable(watched: Watched) -> None:
    watched.publish("no", 500)
    assert stands(watched.look()) == ("suspected", "unreadable", "warning")
    watched.publish(openapi())
    assert stands(watched.look()) == GOOD
    assert len(watched.audited()) == 1


def test_a_drift_stays_one_while_the_contract_cannot_be_read(watched: Watched) -> None:
    watched.look()
    watched.publish(openapi(lambda d: fields(d).pop("received_at")))
    watched.look()
    watched.publish("no", 500)
    verdict = watched.look()
    assert stands(verdict) == ("confirmed", "drifted", "critical")
    assert verdict is not None
    assert "now it cannot be read" in verdict.sentence


def test_it_is_read_when_due_and_not_concluded_from_for_ever(watched: Watched) -> None:
    watched.look()
    asked = len(watched.server.seen)
    watched.look(hours=0.5)
    assert len(watched.server.seen) == asked
    watched.look(hours=0.5)
    assert len(watched.server.seen) == asked + 1
    assert watched.judge(timedelta(hours=3))
    assert not watched.judge(timedelta(hours=4)), "nobody looked"
    assert not watched.judge(-timedelta(hours=1)), "it was not yet seen then"


def test_our_key_goes_to_the_system_and_to_nobody_else(watched: Watched) -> None:
    watched.look()
    assert watched.server.seen[-1].headers["X-Api-Key"] == "a secret of ours"
    other = watched.server.url.replace("127.0.0.1", "localhost")
    watched.declare({"name": "other", "kind": "openapi", "url": f"{other}/api/openapi.json"})
    watched.look()
    assert "X-Api-Key" not in watched.server.seen[-1].headers


def test_a_missing_secret_is_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRACTS_TEST_KEY")
    verdict = watched.look()
    assert stands(verdict) == ("suspected", "unreadable", "warning")
    assert verdict is not None
    assert "CONTRACTS_TEST_KEY" in verdict.sentence


def test_several_contracts_do_not_wait_for_each_other(watched: Watched) -> None:
    together = threading.Barrier(6)

    def answer(_: Seen) -> Reply:
        together.wait(60)  # for the other five to be asked for
        return Reply(openapi())

    watched.server.routes["/api/slow"] = answer
    slow = [{"name": f"slow_{n}", "kind": "openapi", "url": "/slow"} for n in range(6)]
    watched.declare({"name": "interface", "kind": "openapi", "url": "/openapi.json"}, *slow)
    watched.now += timedelta(hours=1)
    CONTRACTS.look(watched.engine, watched.environment, watched.now)
    assert [verdict.level for verdict in watched.judge()] == ["good"] * 7
