"""What a gateway answers, as it is understood: read, held for a fault, or not believed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.calling import CallContext, NotSent, Reply, Request, Unanswered, Untrusted
from connectors.calls import Call
from connectors.errors import WillNeverWork
from connectors.shep import ShepCaller, ShepConnection
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Server
from tests.connectors.shep import answers
from tests.connectors.test_safe_xml import BOMB, EXTERNAL

Do = Callable[..., Reply]
PASSWORD = "s<cret&93"


@pytest.fixture
def told() -> list[Call]:
    return []


@pytest.fixture
def do(
    server: Server, tmp_path: Path, told: list[Call], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Do]:
    monkeypatch.setenv("T_SENDER", PASSWORD)
    said = {
        "url": server.url,
        "sync_path": "/sync",
        "async_path": "/async",
        "sender": {"id": "tereze", "password": {"env": "T_SENDER"}},
        "max_bytes": 100_000,
    }
    caller = ShepCaller(
        ShepConnection.model_validate(said),
        CallContext("registry", tmp_path, told.append),
    )
    caller.open()

    def call(
        answer: bytes, status: int = 200, data: dict[str, Any] | None = None, **operation: Any
    ) -> Reply:
        reply = Answer(answer, status, {"Content-Type": "text/xml"})
        server.answer("/sync", reply)
        server.answer("/async", reply)
        return caller.call(Request({"service": "Body.Do", **operation}, data or {}, "key-1"))

    yield call
    caller.close()


@pytest.mark.parametrize(
    ("data", "document"),
    [
        ("<data><resultCode>00000</resultCode></data>", {"resultCode": "00000"}),
        ("<data>&lt;r&gt;&lt;act&gt;7&lt;/act&gt;&lt;/r&gt;</data>", {"act": "7"}),
        ('<data><![CDATA[<?xml version="1.0"?><r><act>7</act></r>]]></data>', {"act": "7"}),
        ("<data>taken</data>", "taken"),
        ("<data/>", ""),
        ("", None),
        ("<data><act>7</act><act>8</act></data>", {"act": ["7", "8"]}),
    ],
)
def test_data_as_an_element_and_as_a_text(do: Do, data: str, document: Any) -> None:
    reply = do(answers.sync(data))
    assert (reply.document, reply.code, reply.fault) == (document, "SCSS001", None)
    assert reply.reference == "m-1"


def test_lists_stay_lists_with_one_thing_in_them(do: Do) -> None:
    reply = do(answers.sync("<data><act>7</act></data>"), lists=["act"])
    assert reply.document == {"act": ["7"]}


@pytest.mark.parametrize(
    ("code", "worked"),
    [("SCSE001", "no"), ("SCSE003", "maybe"), ("X1", "maybe"), ("SCSE002", None)],
)
def test_failures_inside_http_200(do: Do, told: list[Call], code: str, worked: str | None) -> None:
    reply = do(answers.sync("<data><resultCode>R101</resultCode></data>", code, "who knows"))
    assert reply.code == code
    assert reply.document == {"resultCode": "R101"}
    assert (reply.fault.worked if reply.fault else None) == worked
    assert [call.failure for call in told] == [code if worked else None]


def test_a_bodys_words_name_nobody(do: Do) -> None:
    words = "no person 900101499904 at office 17"
    for answer, status in (
        (answers.sync("<data/>", "SCSE003", words), 200),
        (answers.fault("s:Server").replace(b"refused", words.encode()), 500),
    ):
        reply = do(answer, status)
        assert reply.fault is not None
        assert reply.fault.message == "no person ••••••••9904 at office 17"
        assert "900101499904" in reply.answered.text


@pytest.mark.parametrize(
    ("answer", "status", "code", "worked"),
    [
        (answers.fault("s:Client"), 500, "Client", "no"),
        (answers.fault("s:Server"), 500, "Server", "maybe"),
        (answers.fault("s:Server", answers.error_info("SCSE001")), 500, "SCSE001", "no"),
        (answers.fault("s:Server", answers.error_info("SCGE009")), 500, "SCGE009", "maybe"),
        (b"<html>", 502, "HTTP 502", "maybe"),
        (b"", 503, "HTTP 503", "maybe"),
        (b"gone", 404, "HTTP 404", "no"),
        (b"busy", 408, "HTTP 408", "maybe"),
        (b"", 302, "HTTP 302", "maybe"),
        (answers.sync("<data/>"), 500, "HTTP 500", "maybe"),
    ],
)
def test_faults(do: Do, answer: bytes, status: int, code: str, worked: str) -> None:
    reply = do(answer, status)
    assert reply.fault is not None
    assert (reply.code, reply.fault.worked, reply.status) == (code, worked, status)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (BOMB, "document type"),
        (EXTERNAL, "document type"),
        (answers.sync("<data>&lt;!DOCTYPE a&gt;&lt;a/&gt;</data>"), "document type"),
        (answers.sync("<data>&lt;broken&gt;</data>"), "not whole XML"),
        (b"x" * 200_000, "longer than the 100,000 bytes"),
        (b'{"json": true}', "not whole XML"),
        (b"<a/>", "not a SOAP envelope"),
        (answers.envelope("<other/>"), "SendMessageResponse is expected"),
        (answers.envelope(""), "nothing, where"),
        (answers.sync("<data/>", ""), "no status code"),
        (answers.sync("<data/>")[:-40], "not whole XML"),
    ],
)
def test_what_may_not_be_believed(do: Do, answer: bytes, words: str) -> None:
    with pytest.raises(Untrusted, match=words) as caught:
        do(answer)
    assert caught.value.answered is not None


def test_an_empty_answer_may_be_one_that_was_lost(do: Do) -> None:
    with pytest.raises(Unanswered):
        do(b"")


def test_the_copies_are_whole_but_for_secrets(do: Do, server: Server) -> None:
    reply = do(answers.sync("<data/>"), data={"iin": "900101450009"})
    sent = server.seen[0].body
    assert "s&lt;cret&amp;93" in sent
    assert "cret" not in reply.asked.text
    assert "900101450009" in reply.asked.text
    assert reply.asked.size == len(sent.encode())
    assert reply.answered.text.encode() == answers.sync("<data/>")
    assert (server.seen[0].headers["SOAPAction"], server.seen[0].path) == ('""', "/sync")


@pytest.mark.parametrize(("message_id", "same"), [("key", True), ("new", False)])
def test_the_message_id_is_the_key_or_new(
    do: Do, server: Server, message_id: str, same: bool
) -> None:
    do(answers.sync("<data/>"), message_id=message_id)
    assert ("<messageId>key-1</messageId>" in server.seen[0].body) == same


def test_the_asynchronous_channel_answers_ids(do: Do, told: list[Call]) -> None:
    ids = "<messageId>m-7</messageId><correlationId>c-7</correlationId>"
    reply = do(answers.asynchronous("sendMessage", ids), channel="async")
    assert reply.document == {"messageId": "m-7", "correlationId": "c-7"}
    assert (reply.code, reply.reference) == ("OK", "m-7")
    assert [call.service for call in told] == ["Body.Do"]


def test_messages_are_fetched_with_their_data(do: Do) -> None:
    one = (
        "<messages><messageInfo><messageId>m-8</messageId><messageType>RESPONSE</messageType>"
        "</messageInfo><messageData><data><act>7</act></data></messageData></messages>"
    )
    reply = do(
        answers.asynchronous("getMessages", f"<responseDate>x</responseDate>{one}"),
        channel="async",
        does="get_messages",
    )
    fetched = {"messageId": "m-8", "messageType": "RESPONSE", "data": {"act": "7"}}
    assert reply.document == {"messages": [fetched]}


@pytest.mark.parametrize("state", ["ON_DELIVERY", "DELIVERED", "NOT_DELIVERED"])
def test_a_messages_state_is_the_code(do: Do, state: str) -> None:
    inside = f"<messageState>{state}</messageState><status><code>1</code></status>"
    answer = answers.asynchronous("getMessageStatus", inside)
    data = {"messageId": "m-7"}
    reply = do(answer, data=data, channel="async", does="get_message_status")
    assert reply.code == state
    assert reply.document == {"messageState": state, "status": {"code": "1"}}


@pytest.mark.parametrize(
    ("data", "operation"),
    [
        ({"a b": 1}, {}),
        ({"a": "\x00"}, {}),
        ({}, {"channel": "async", "does": "get_message_status"}),
    ],
)
def test_data_that_cannot_be_written_is_not_sent(
    do: Do, server: Server, data: dict[str, Any], operation: dict[str, Any]
) -> None:
    with pytest.raises(WillNeverWork, match="cannot be written"):
        do(answers.sync("<data/>"), data=data, **operation)
    assert server.seen == []


def test_a_system_without_asynchronous_channel_says_so(tmp_path: Path) -> None:
    said = {"url": "http://127.0.0.1:9", "sender": {"id": "tereze"}}
    caller = ShepCaller(ShepConnection.model_validate(said), CallContext("s", tmp_path))
    request = Request({"service": "Body.Do", "channel": "async"}, {}, "key-1")
    with pytest.raises(WillNeverWork, match="closed"):
        caller.call(request)
    caller.open()
    with pytest.raises(WillNeverWork, match="no asynchronous channel"):
        caller.call(request)
    with pytest.raises(NotSent, match="nothing was sent"):
        caller.call(Request({"service": "Body.Do"}, {}, "key-1"))
    caller.close()
    caller.close()
