"""Credentials of calls: refused, renewed, and in no copy and no error."""

import pytest

from connectors.calling import NotSent, Untrusted
from connectors.errors import WillNeverWork
from tests.connectors.rest.asking import Make, ask, close_at_once
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Server

PLAIN = "open-sesame-77"


@pytest.fixture
def make(make_caller: Make) -> Make:
    return make_caller


def test_credentials_that_are_refused_need_a_person(server: Server, make: Make) -> None:
    server.answer("/queue", Answer({}, 401))
    with pytest.raises(WillNeverWork, match="does not know us"):
        make().call(ask())


def test_a_token_that_ran_out_is_fetched_anew_at_the_next_attempt(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE_SECRET", PLAIN)
    handed_out = iter(["first", "second"])
    server.routes["/token"] = lambda _: Answer({"access_token": next(handed_out)})
    server.routes["/queue"] = lambda seen: Answer(
        {}, 200 if seen.headers["Authorization"] == "Bearer second" else 401
    )
    caller = make(
        auth={
            "kind": "oauth2_client_credentials",
            "token_url": f"{server.url}/token",
            "client_id": "tereze",
            "client_secret": {"env": "OFFICE_SECRET"},
        }
    )
    with pytest.raises(NotSent, match="token"):
        caller.call(ask())
    assert caller.call(ask()).status == 200


@pytest.mark.parametrize(
    "answer", [Answer({}, 500), Answer(b"<html>", 200), Answer(raw=close_at_once)]
)
def test_without_a_token_nothing_was_sent(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setenv("OFFICE_SECRET", PLAIN)
    server.answer("/token", answer)
    kind, url = "oauth2_client_credentials", f"{server.url}/token"
    secret = {"env": "OFFICE_SECRET"}
    auth = {"kind": kind, "token_url": url, "client_id": "t", "client_secret": secret}
    with pytest.raises(NotSent):
        make(auth=auth).call(ask())
    assert [seen.path for seen in server.seen] == ["/token"]


def test_no_secret_is_in_a_copy_or_an_error(
    server: Server, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE_SECRET", PLAIN)
    auth = {"kind": "header", "name": "X-Api-Key", "value": {"env": "OFFICE_SECRET"}}
    server.answer("/queue", Answer({"you sent": PLAIN}), Answer(f"<html>{PLAIN}".encode()))
    caller = make(auth=auth)
    reply = caller.call(ask())
    assert server.seen[0].headers["X-Api-Key"] == PLAIN
    assert PLAIN not in reply.asked.text + reply.answered.text
    with pytest.raises(Untrusted) as caught:
        caller.call(ask())
    assert PLAIN not in str(caught.value) + str(caught.value.answered)


def test_no_cookie_is_kept(server: Server, make: Make) -> None:
    server.answer("/queue", Answer({}, headers={"Set-Cookie": "session=1; Path=/"}))
    caller = make()
    caller.call(ask())
    caller.call(ask())
    assert "Cookie" not in server.seen[-1].headers
