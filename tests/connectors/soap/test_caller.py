"""Calling a SOAP service: what goes out, how answers are read, and what is never believed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.calling import NotSent, Request, Unanswered, Untrusted
from connectors.calls import Call
from connectors.errors import WillNeverWork
from connectors.safe_xml import parse
from tests.connectors.rest.server import Reply, Server
from tests.connectors.soap import service
from tests.connectors.soap.asking import DONE, REGISTER, Open, answer, call, fault
from tests.connectors.test_safe_xml import BOMB, EXTERNAL


def test_a_message_goes_out_as_the_wsdl_says(server: Server, make: Open) -> None:
    answer(server, DONE)
    sent = {
        "since": "2026-05-01",
        "rooms": 3,
        "address": {"kato": "750000000", "street": "Абай & Co"},
        "with": ["a", "b"],
    }
    reply = call(make(), **sent)
    seen = server.seen[-1]
    assert seen.headers["SOAPAction"] == '"urn:register"'
    body = parse(seen.body.encode())[0][0]
    assert [(child.tag, child.text) for child in body[:3]] == [
        (f"{{{service.URN}}}iin", "900101499904"),
        (f"{{{service.URN}}}since", "2026-05-01"),
        (f"{{{service.URN}}}rooms", "3"),
    ]
    assert body[3][1].text == "Абай & Co"
    assert [child.text for child in body[4:]] == ["a", "b"]
    assert (reply.code, reply.fault) == ("OK", None)
    assert reply.asked.text == seen.body
    assert reply.answered.text.encode() == DONE


def test_headers_go_along(server: Server, make: Open) -> None:
    answer(server, DONE)
    headers = {"userId": "tereze", "{urn:gateway}channel": "web"}
    request = Request({**REGISTER, "headers": headers}, {"iin": "1"}, "key-1")
    assert make().call(request).document["number"] == "R-7"
    header = parse(server.seen[-1].body.encode())[0]
    assert {element.tag: element.text for element in header} == headers


@pytest.mark.parametrize("name", ["a b", "{urn:a", "1a", "{}a", "x:y"])
def test_a_header_has_to_have_a_name(make: Open, name: str) -> None:
    with pytest.raises(ValidationError):
        make().call(Request({**REGISTER, "headers": {name: "x"}}, {"iin": "1"}, "key-1"))


def test_a_wsdl_that_changed_is_read_after_something_did_not_fit(
    server: Server, make: Open
) -> None:
    answer(server, DONE)
    caller = make()
    assert call(caller).document["number"] == "R-7"
    changed = service.XSD.replace('name="rooms"', 'name="space"')
    server.answer("/residence.xsd", Reply(changed.encode()))
    with pytest.raises(WillNeverWork, match="space"):
        call(caller, space=3)
    assert call(caller, space=3).document["number"] == "R-7"


def test_messages_go_to_the_address_of_the_connection(server: Server, make: Open) -> None:
    """Not to the one that the WSDL names, which may be anybody's."""
    answer(server, DONE)
    assert call(make()).document["number"] == "R-7"


def test_answers_become_plain_values(server: Server, make: Open) -> None:
    fields = {
        "number": "R-7",
        "fee": "12.50",
        "on": "2026-05-01T10:00:00+05:00",
        "final": "true",
        "count": "3",
        "scan": "AAE=",
        "note": ["one"],
    }
    answer(server, service.envelope(service.element("registerResponse", **fields)))
    assert call(make()).document == {
        "number": "R-7",
        "fee": "12.50",
        "on": "2026-05-01T10:00:00+05:00",
        "final": True,
        "count": 3,
        "scan": "AAE=",
        "note": ["one"],
    }


def test_a_field_that_is_new_stops_nobody_and_is_kept(server: Server, make: Open) -> None:
    answer(server, service.envelope(service.element("registerResponse", number="R-7", new="x")))
    assert call(make()).document == {"number": "R-7", "note": [], "new": "x"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"nonsense": 1}, "unexpected keyword argument 'nonsense'"),
        ({"iin": None}, "iin"),
        ({"address": {"street": "x"}}, "kato"),
    ],
)
def test_data_that_does_not_fit_is_not_sent(
    server: Server, make: Open, data: dict[str, Any], words: str
) -> None:
    answer(server, DONE)
    with pytest.raises(WillNeverWork, match=words) as caught:
        call(make(), **data)
    assert "900101" not in str(caught.value)
    assert [seen.method for seen in server.seen if seen.method == "POST"] == []


def test_an_unknown_operation_names_those_there_are(server: Server, make: Open) -> None:
    answer(server, DONE)
    with pytest.raises(WillNeverWork, match="List, Register"):
        make().call(Request({"operation": "Undo"}, {}, "key-1"))


FAULT_12 = (
    b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code>'
    b"<e:Value>e:Sender</e:Value></e:Code><e:Reason><e:Text>no</e:Text></e:Reason></e:Fault>"
    b"</e:Body></e:Envelope>"
)


@pytest.mark.parametrize(
    ("body", "status", "code", "worked"),
    [
        (fault("Client"), 500, "Client", "no"),
        (fault("Client.Validation"), 500, "Client.Validation", "no"),
        (fault("Server"), 500, "Server", "maybe"),
        (fault("Server"), 200, "Server", "maybe"),
        (FAULT_12, 400, "Sender", "no"),
        (b"<html>", 502, "HTTP 502", "maybe"),
        (b"", 404, "HTTP 404", "no"),
    ],
)
def test_faults(
    server: Server, make: Open, told: list[Call], body: bytes, status: int, code: str, worked: str
) -> None:
    answer(server, body, status)
    reply = call(make())
    assert reply.fault is not None
    assert (reply.code, reply.fault.worked, reply.status) == (code, worked, status)
    assert [(each.service, each.failure) for each in told] == [("Register", code)]


def test_a_redirect_is_not_followed(server: Server, make: Open) -> None:
    answer(server, b"", 307, Location="http://127.0.0.1:9/elsewhere")
    reply = call(make())
    assert reply.fault is not None
    assert (reply.code, reply.fault.worked) == ("HTTP 307", "maybe")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BOMB, "document type"),
        (EXTERNAL, "document type"),
        (b"x" * 200_000, "longer than the 100,000 bytes"),
        (b"{}", "not whole XML"),
        (service.envelope(service.element("somethingElse", number="R-7")), "not as the WSDL says"),
        (service.envelope(service.element("registerResponse", count="x")), "not as the WSDL says"),
    ],
)
def test_what_is_not_believed(server: Server, make: Open, body: bytes, words: str) -> None:
    answer(server, body)
    with pytest.raises(Untrusted, match=words) as caught:
        call(make())
    assert caught.value.answered is not None


def test_no_answer_in_time_may_have_been_done(server: Server, make: Open) -> None:
    def silence(_: Any) -> None:
        server.stopping.wait()

    caller = make(timeouts={"read": 0.5})
    service.respond(server, lambda _: Reply(raw=silence))
    with pytest.raises(Unanswered):
        call(caller)


def test_nobody_there_got_nothing(make: Open) -> None:
    with pytest.raises(NotSent, match="no WSDL"):
        call(make(url="http://127.0.0.1:9/soap"))


def test_a_wsdl_that_comes_later_is_read_then(server: Server, make: Open) -> None:
    server.answer("/soap", Reply(b"starting", 503))
    caller = make()
    with pytest.raises(NotSent, match="503"):
        call(caller)
    answer(server, DONE)
    assert call(caller).document["number"] == "R-7"


def test_a_closed_caller_says_so(make: Open) -> None:
    caller = make()
    caller.close()
    caller.close()
    with pytest.raises(WillNeverWork, match="closed"):
        call(caller)


def test_many_threads_share_a_caller(server: Server, make: Open) -> None:
    def echo(sent: Any) -> Reply:
        iin = service.asked(sent)["iin"]
        return Reply(service.envelope(service.element("registerResponse", number=iin, note=[iin])))

    service.respond(server, echo)
    caller = make()
    given = [f"{number:012d}" for number in range(400)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda iin: call(caller, iin=iin).document, given))
    assert [(each["number"], each["note"]) for each in found] == [(iin, [iin]) for iin in given]
