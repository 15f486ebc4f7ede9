"""Credentials: sent where they belong, renewed, and never anywhere else."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.protocol import Window
from models.errors import ConfigurationError
from tests.connectors.rest.conftest import Maker
from tests.connectors.rest.server import Reply, Seen, Server, running

PLAIN = "open-sesame-7"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OFFICE_SECRET", PLAIN)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))


VALUE = {"env": "OFFICE_SECRET"}
SENT = [
    ({"kind": "none"}, "Authorization", None),
    ({"kind": "header", "name": "X-Api-Key", "value": VALUE}, "X-Api-Key", PLAIN),
    ({"kind": "bearer", "token": VALUE}, "Authorization", f"Bearer {PLAIN}"),
    (
        {"kind": "basic", "user": "Әлия", "password": VALUE},
        "Authorization",
        "Basic " + base64.b64encode(f"Әлия:{PLAIN}".encode()).decode(),
    ),
]


@pytest.mark.parametrize(("auth", "header", "value"), SENT)
def test_what_is_sent(
    server: Server, make: Maker, auth: dict[str, Any], header: str, value: str | None
) -> None:
    server.answer("/rows", Reply([]))
    list(make({"auth": auth}).pages(Window()))
    assert server.seen[0].headers.get(header) == value


@pytest.mark.parametrize("auth", [case[0] for case in SENT[1:]], ids=["header", "bearer", "basic"])
def test_an_answer_that_echoes_secrets_is_shown_without(
    server: Server, make: Maker, auth: dict[str, Any]
) -> None:
    def echo(seen: Seen) -> Reply:
        return Reply({"sent": seen.headers.get("X-Api-Key") or seen.headers["Authorization"]})

    server.routes["/rows"] = echo
    with pytest.raises(WrongAnswer, match="sent") as caught:
        list(make({"auth": auth}).pages(Window()))
    sent = echo(server.seen[0]).body["sent"]
    assert sent.split()[-1] not in str(caught.value)
    assert "********" in str(caught.value)


@pytest.mark.parametrize("auth", [case[0] for case in SENT[1:]], ids=["header", "bearer", "basic"])
def test_another_host_gets_no_credentials(
    server: Server, make: Maker, auth: dict[str, Any]
) -> None:
    with running() as other:
        server.answer("/rows", Reply(status=302, headers={"Location": f"{other.url}/elsewhere"}))
        back = Reply(status=307, headers={"Location": f"{server.url}/back"})
        other.answer("/elsewhere", back)
        server.answer("/back", Reply([{"id": 1}]))
        assert [len(page.records) for page in make({"auth": auth}).pages(Window())] == [1]
        names = {"X-Api-Key", "Authorization"}
        assert names & set(server.seen[0].headers)
        assert not names & set(other.seen[0].headers)
        assert not names & set(server.seen[1].headers)  # nor after a stranger sent us there


def test_redirects_on_the_same_host_keep_them(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply(status=308, headers={"Location": "/v2/rows?size=5"}))
    server.answer("/v2/rows", Reply([]))
    list(make({"auth": {"kind": "bearer", "token": VALUE}}).pages(Window()))
    assert server.seen[1].headers["Authorization"] == f"Bearer {PLAIN}"
    assert server.seen[1].params == {"size": "5"}


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:999999/", "magic:x"])
def test_a_redirect_to_nowhere_is_an_error_of_ours(
    server: Server, make: Maker, location: str
) -> None:
    server.answer("/rows", Reply(status=302, headers={"Location": location}))
    with pytest.raises((WrongAnswer, WillNeverWork)):
        list(make().pages(Window()))


def test_redirects_in_a_circle_or_without_end_are_seen(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply(status=302, headers={"Location": "/rows"}))
    with pytest.raises(WrongAnswer, match="in a circle"):
        list(make().pages(Window()))
    server.routes["/rows"] = lambda seen: Reply(
        status=302, headers={"Location": f"/rows?n={int(seen.params.get('n', 0)) + 1}"}
    )
    with pytest.raises(WrongAnswer, match="more than 5 redirects"):
        list(make().pages(Window()))


def test_a_missing_secret_names_the_variable(make: Maker) -> None:
    with pytest.raises(ConfigurationError, match="NOT_SET_ANYWHERE"):
        make({"auth": {"kind": "bearer", "token": {"env": "NOT_SET_ANYWHERE"}}})


class TokenServer:
    """Hands out numbered tokens; `good` is the one that opens /rows."""

    def __init__(self, server: Server) -> None:
        self.handed_out = 0
        self.good = ""
        self.asked: list[Seen] = []
        self.expires_in: float | None = 3600
        server.routes["/token"] = self.hand_out
        server.routes["/rows"] = self.rows
        self.auth = {
            "kind": "oauth2_client_credentials",
            "token_url": f"{server.url}/token",
            "client_id": "tereze",
            "client_secret": VALUE,
            "scope": "read",
        }

    def hand_out(self, seen: Seen) -> Reply:
        self.asked.append(seen)
        self.handed_out += 1
        self.good = f"token-{self.handed_out}"
        expiry = {} if self.expires_in is None else {"expires_in": self.expires_in}
        return Reply({"access_token": self.good, "token_type": "bearer", **expiry})

    def rows(self, seen: Seen) -> Reply:
        if seen.headers.get("Authorization") != f"Bearer {self.good}":
            return Reply("who?", 401)
        page = int(seen.params["page"])
        if page == 2 and self.handed_out == 1:
            self.good = "expired meanwhile"
            return Reply("who?", 401)
        return Reply([{"page": page}] if page < 4 else [])


def test_a_token_is_fetched_once_and_renewed_when_it_expires(server: Server, make: Maker) -> None:
    tokens = TokenServer(server)
    connector = make({"auth": tokens.auth}, page={"param": "page"})
    assert [len(page.records) for page in connector.pages(Window())] == [1, 1, 1, 0]
    assert tokens.handed_out == 2
    assert tokens.asked[0].body == "grant_type=client_credentials&scope=read"
    basic = base64.b64encode(f"tereze:{PLAIN}".encode()).decode()
    assert tokens.asked[0].headers["Authorization"] == f"Basic {basic}"


@pytest.mark.parametrize(("expires_in", "fetched"), [(0, 5), (None, 2), (3600, 2)])
def test_a_token_is_not_used_after_its_time(
    server: Server, make: Maker, expires_in: float | None, fetched: int
) -> None:
    tokens = TokenServer(server)
    tokens.expires_in = expires_in
    if expires_in == 0:
        tokens.handed_out = 1  # this server does not forget it before its time
    list(make({"auth": tokens.auth}, page={"param": "page"}).pages(Window()))
    assert tokens.handed_out == fetched


TOKEN_ERRORS: list[tuple[Reply, type[ConnectorError], str]] = [
    (Reply({"error": "invalid_client"}, 401), WillNeverWork, "Fetching a token for tereze.*401"),
    (Reply("broken", 500), RetryLater, "Fetching a token.*500.*3 attempts"),
    (Reply({"token": "hidden-token"}), WrongAnswer, "no access_token"),
    (Reply(b'{"access_token": "hidden-to'), WrongAnswer, "complete JSON"),
]


@pytest.mark.parametrize(("reply", "kind", "found"), TOKEN_ERRORS)
def test_no_token_says_where_it_was_asked_for(
    server: Server, make: Maker, reply: Reply, kind: type[ConnectorError], found: str
) -> None:
    tokens = TokenServer(server)
    server.answer("/token", reply)
    with pytest.raises(kind, match=found):
        list(make({"auth": tokens.auth}, page={"param": "page"}).pages(Window()))


def test_a_token_that_is_echoed_is_not_shown(server: Server, make: Maker) -> None:
    tokens = TokenServer(server)
    server.routes["/rows"] = lambda seen: Reply(json.dumps(seen.headers))
    with pytest.raises(WrongAnswer) as caught:
        list(make({"auth": tokens.auth}).pages(Window()))
    assert "token-1" not in str(caught.value)


@pytest.mark.parametrize("value", ["open-sesame\n", "сезам"])
def test_a_secret_that_no_header_can_have_is_not_printed(
    make: Maker, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("OFFICE_SECRET", value)
    with pytest.raises(ConfigurationError, match=r"X-Api-Key.*line break") as caught:
        make({"auth": SENT[1][0]})
    assert value.strip() not in str(caught.value)


QUERY = {"kind": "query", "name": "apiKey", "value": VALUE}


def test_a_key_in_the_address_is_there_and_nowhere_else(
    server: Server, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE_SECRET", "open/sesame+8")
    server.routes["/rows"] = lambda seen: Reply(f"<html>{seen.params}".encode())
    connector = make({"auth": QUERY}, params={"size": 5})
    with pytest.raises(WrongAnswer, match="html") as caught:
        list(connector.pages(Window()))
    assert server.seen[0].params == {"size": "5", "apiKey": "open/sesame+8"}
    texts = [str(caught.value), repr(vars(connector)), connector.health().detail]
    assert not [text for text in texts if "sesame" in text]


def test_a_key_in_the_address_goes_to_no_other_host(server: Server, make: Maker) -> None:
    with running() as other:
        server.answer("/rows", Reply(status=302, headers={"Location": f"{other.url}/elsewhere"}))
        other.answer("/elsewhere", Reply([]))
        list(make({"auth": QUERY}).pages(Window()))
        assert [seen.params for seen in other.seen] == [{}]
