"""Calls on X-Road: against a body behind it, and against answers that are not as they should be."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from pydantic import ValidationError

from connectors.callers import caller_class
from connectors.calling import CallContext, NotSent, Reply, Request, Unanswered, Untrusted
from connectors.calls import Call
from connectors.errors import WillNeverWork
from connectors.xroad.calling import XRoadCaller
from connectors.xroad.options import XRoadConnection, XRoadOperation
from sandbox.processes import Handle, start
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Seen, Server

SERVICE = "KZ/GOV/SOCIAL/allowances/allowances"
TAKE = {"service": SERVICE, "issue": "applicationNumber"}
TELL = {"service": SERVICE, "method": "GET", "path": "/{key}"}
SOAP = {
    "service": "KZ/GOV/ПЕН/sub/Grant",
    "protocol": "soap",
    "namespace": "http://pensions.example",
    "version": "v2",
    "issue": "number",
}
Make = Callable[..., XRoadCaller]


@pytest.fixture
def told() -> list[Call]:
    return []


@pytest.fixture
def make(tmp_path: Path, told: list[Call]) -> Iterator[Make]:
    made: list[XRoadCaller] = []

    def new(url: str, **more: Any) -> XRoadCaller:
        options = {"url": url, "client": "KZ/GOV/AGENCY/tereze", "user_id": "KZ-1", **more}
        context = CallContext("social_protection", tmp_path, told.append)
        made.append(XRoadCaller(XRoadConnection.model_validate(options), context))
        made[-1].open()
        return made[-1]

    yield new
    for caller in made:
        caller.close()


@pytest.fixture(scope="module")
def social() -> Iterator[Handle]:
    with start("social_protection", after=0) as body:
        yield body


def ledger(social: Handle, key: str) -> list[str]:
    entries = requests.get(f"{social.url}/ledger", timeout=30).json()
    return [entry["operation"] for entry in entries if entry["key"] == key]


def order(social: Handle, **fault: Any) -> None:
    answer = requests.post(f"{social.url}/control/faults", json=fault, timeout=30)
    assert answer.status_code == 201


def take(caller: XRoadCaller, key: str) -> Reply:
    person = {"motherIin": "1", "childIin": "2", "actNumber": "3", "iban": "KZ01"}
    data = {"key": key, "applicationNumber": "T-2026-1", **person}
    return caller.call(Request(TAKE, data, key))


def test_a_service_is_called_asked_and_undone(social: Handle, make: Make, told: list[Call]) -> None:
    assert caller_class("xroad") is XRoadCaller
    caller, key = make(social.url), str(uuid4())
    accepted = take(caller, key)
    assert (accepted.document["state"], accepted.code, accepted.fault) == ("accepted", "202", None)
    assert accepted.reference
    assert f"X-Road-Id: {key}" in accepted.asked.text
    assert "X-Road-Issue: T-2026-1" in accepted.asked.text
    granted = caller.call(Request(TELL, {"key": key}, key))
    assert granted.document["state"] == "granted"
    undone = caller.call(Request({**TELL, "method": "DELETE"}, {"key": key}, f"{key}:undo"))
    assert undone.document["state"] == "withdrawn"
    assert ledger(social, key) == ["allowance", "allowance.undo"]
    assert [call.service for call in told] == [SERVICE, f"{SERVICE}/{{key}}", f"{SERVICE}/{{key}}"]


def test_what_the_service_says_no_to_is_its_own_no(social: Handle, make: Make) -> None:
    absent = make(social.url).call(Request(TELL, {"key": "nobody"}, "k"))
    assert (absent.document["state"], absent.status) == ("absent", 404)
    assert absent.fault is not None
    assert (absent.fault.code, absent.fault.worked) == ("404", "no")


@pytest.mark.parametrize(
    ("code", "how", "worked", "done"),
    [
        ("Server.ServerProxy.NetworkError", "before", "maybe", 0),
        ("Server.ServerProxy.ServiceFailed.HttpError", "after", "maybe", 1),
        ("Server.ClientProxy.OutdatedGlobalConf", "before", "no", 0),
    ],
)
def test_an_exchange_that_failed_is_told_from_a_service_that_did(
    social: Handle, make: Make, told: list[Call], code: str, how: str, worked: str, done: int
) -> None:
    order(social, kind="exchange_failed", how=how, value=code, count=1)
    key = str(uuid4())
    reply = take(make(social.url), key)
    assert reply.fault is not None
    assert (reply.code, reply.fault.code, reply.fault.worked) == (code, code, worked)
    assert (told[0].failure, len(ledger(social, key))) == (code, done)


def test_a_lost_answer_and_a_server_that_is_not_there(social: Handle, make: Make) -> None:
    order(social, kind="lose_answer", count=1)
    key = str(uuid4())
    with pytest.raises(Unanswered):
        take(make(social.url), key)
    assert ledger(social, key) == ["allowance"]
    with pytest.raises(NotSent):
        take(make("http://127.0.0.1:1"), key)


def test_an_answer_to_another_message_is_not_believed(server: Server, make: Make) -> None:
    server.answer(f"/r1/{SERVICE}", Answer({}, headers={"X-Road-Id": str(uuid4())}))
    with pytest.raises(Untrusted, match="another message"):
        take(make(server.url), "k")


@pytest.mark.parametrize("data", [{}, {"applicationNumber": "Ө-1"}, {"applicationNumber": "a\nb"}])
def test_an_issue_that_no_header_can_have_is_not_sent(
    server: Server, make: Make, data: dict[str, str]
) -> None:
    with pytest.raises(WillNeverWork, match="nothing was sent"):
        make(server.url).call(Request(TAKE, data, "k"))
    assert server.seen == []


def envelope(seen: Seen, body: str, number: str | None = None) -> Answer:
    """An answer of SOAP, to the message that came unless another number is given."""
    found = re.search(r"<\w+:id[^>]*>([^<]+)</", seen.body)
    assert found is not None
    text = f"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
      xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:p="http://pensions.example">
      <e:Header><x:id>{number or found[1]}</x:id></e:Header><e:Body>{body}</e:Body></e:Envelope>"""
    return Answer(text.encode(), headers={"Content-Type": "text/xml"})


GRANTED = "<p:GrantResponse><p:state>granted</p:state><p:part><p:sum>5</p:sum></p:part>"
GRANTED += "<p:part><p:sum>6</p:sum></p:part></p:GrantResponse>"


def soap(caller: XRoadCaller, **data: Any) -> Reply:
    return caller.call(Request(SOAP, {"number": "T-1", "iin": "9", **data}, "T-1:grant"))


def test_over_soap(server: Server, make: Make, told: list[Call]) -> None:
    server.routes["/"] = lambda seen: envelope(seen, GRANTED)
    reply = soap(make(server.url), note="a < b & Ә")
    assert reply.document == {"state": "granted", "part": [{"sum": "5"}, {"sum": "6"}]}
    assert (reply.code, reply.fault, told[0].service) == ("OK", None, SOAP["service"])
    sent = server.seen[0].body
    for text in ("issue", "4.0<", ">T-1<", "KZ-1<", ">v2<", "a &lt; b &amp; Ә", ">ПЕН<"):
        assert text in sent
    assert sent.count("objectType") == 2
    soap(make(server.url))
    first, second = (re.search(r":id[^>]*>([^<]+)<", seen.body) for seen in server.seen)
    assert first is not None
    assert second is not None
    assert first[1] == second[1], "the same step is the same message, however often it is sent"


@pytest.mark.parametrize(
    ("code", "worked"),
    [
        ("Client.BadRequest", "no"),
        ("Server.ClientProxy.UnknownMember", "no"),
        ("Server.ServerProxy.AccessDenied", "no"),
        ("Server.ServerProxy.ServiceFailed", "maybe"),
        ("e:Server", "maybe"),
    ],
)
def test_faults_over_soap(server: Server, make: Make, code: str, worked: str) -> None:
    fault = f"<e:Fault><faultcode>{code}</faultcode><faultstring>no</faultstring></e:Fault>"
    server.routes["/"] = lambda seen: envelope(seen, fault)
    reply = soap(make(server.url))
    assert reply.fault is not None
    assert (reply.code, reply.fault.worked) == (code.removeprefix("e:"), worked)


BOMB = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'


def test_answers_over_soap_that_are_not_believed(server: Server, make: Make) -> None:
    caller = make(server.url, max_bytes=100_000)
    answers: list[tuple[Callable[[Seen], Answer], str]] = [
        (lambda seen: envelope(seen, GRANTED, str(uuid4())), "another message"),
        (lambda _: Answer(BOMB), "document type"),
        (lambda _: Answer({"state": "granted"}), "not whole XML|not XML"),
        (lambda seen: envelope(seen, ""), "without one element"),
        (lambda seen: envelope(seen, "x" * 200_000), "longer than"),
    ]
    for answer, found in answers:
        server.routes["/"] = answer
        with pytest.raises(Untrusted, match=found):
            soap(caller)


def test_data_that_xml_cannot_have_are_not_sent(server: Server, make: Make) -> None:
    for data in ({"note": "\x00"}, {"a b": "c"}):
        with pytest.raises(WillNeverWork, match="cannot be written"):
            soap(make(server.url), **data)
    assert server.seen == []


@pytest.mark.parametrize(
    "operation",
    [
        {"service": SERVICE, "lists": ["a"]},
        {"service": SERVICE, "protocol": "soap"},
        {"service": SERVICE, "protocol": "soap", "namespace": "n", "method": "GET"},
        {"service": "SOCIAL/allowances"},
        {"path": "/queue"},
    ],
)
def test_an_operation_is_of_one_protocol(operation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        XRoadOperation.model_validate(operation)
