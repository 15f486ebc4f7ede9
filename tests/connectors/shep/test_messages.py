"""Messages to the gateway, compared with ones written by hand, in canonical form."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from connectors.safe_xml import parse
from connectors.shep.answers import data_in
from connectors.shep.messages import async_message, sync_message
from connectors.shep.options import Sender, ShepOperation

AT = datetime(2026, 5, 4, 9, 30, 0, 125_000, tzinfo=UTC)
SENT = "2026-05-04T09:30:00.125+00:00"
SENDER = Sender(id="tereze")
PERSON = "<sender><senderId>tereze</senderId></sender>"
DATA = {"iin": "900101450009", "note": "a < b & c", "tags": ["x", "y"], "gone": None}
FIELDS = "<iin>900101450009</iin><note>a &lt; b &amp; c</note><tags>x</tags><tags>y</tags>"


def operation(**said: Any) -> ShepOperation:
    return ShepOperation.model_validate({"service": "Body.Do", **said})


def canonical(xml: Any) -> bytes:
    return bytes(etree.tostring(xml, method="c14n"))


def by_hand(channel: str, inside: str) -> bytes:
    text = f"""<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">\
<soapenv:Header/><soapenv:Body>{inside.replace("TYPES", f"http://bip.bee.kz/{channel}/v10/Types")}\
</soapenv:Body></soapenv:Envelope>"""
    return canonical(etree.fromstring(text))


def sync(info: str, data: str) -> bytes:
    return by_hand(
        "SyncChannel",
        f"""<typ:SendMessage xmlns:typ="TYPES"><request><requestInfo><messageId>k-1</messageId>\
<serviceId>Body.Do</serviceId><messageDate>{SENT}</messageDate>{info}</requestInfo>\
<requestData>{data}</requestData></request></typ:SendMessage>""",
    )


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
STRING = f'{XSI} xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string"'


@pytest.mark.parametrize(
    ("said", "info", "data"),
    [
        ({}, PERSON, f"<data {XSI}>{FIELDS}</data>"),
        (
            {"type": "Birth", "namespace": "urn:b"},
            PERSON,
            f'<data {XSI} xmlns:ns="urn:b" xsi:type="ns:Birth">{FIELDS}</data>',
        ),
        (
            {"form": "text", "root": "ask"},
            PERSON,
            f"<data {STRING}>&lt;ask&gt;&lt;iin&gt;900101450009&lt;/iin&gt;&lt;note&gt;a &amp;lt; "
            "b &amp;amp; c&lt;/note&gt;&lt;tags&gt;x&lt;/tags&gt;&lt;tags&gt;y&lt;/tags&gt;"
            "&lt;/ask&gt;</data>",
        ),
        (
            {"route": "R7", "properties": {"CONNECTOR_CLIENT": "true"}, "key_property": "key"},
            f"<routeId>R7</routeId>{PERSON}<properties><key>CONNECTOR_CLIENT</key>"
            "<value>true</value></properties><properties><key>key</key><value>k-1</value>"
            "</properties>",
            f"<data {XSI}>{FIELDS}</data>",
        ),
    ],
)
def test_the_synchronous_channel(said: dict[str, Any], info: str, data: str) -> None:
    made = sync_message(operation(**said), SENDER, "k-1", DATA, AT)
    assert canonical(made) == sync(info, data)


def test_fields_may_stand_in_a_namespace() -> None:
    said = operation(type="Birth", namespace="urn:b", qualified=True)
    made = sync_message(said, SENDER, "k-1", {"iin": {"of": "1"}}, AT)
    inside = f'<data {XSI} xmlns:ns="urn:b" xsi:type="ns:Birth"><ns:iin><ns:of>1</ns:of></ns:iin>'
    assert canonical(made) == sync(PERSON, f"{inside}</data>")


def asynchronous(name: str, inside: str) -> bytes:
    wrapped = f'<typ:{name} xmlns:typ="TYPES"><request>{inside}</request></typ:{name}>'
    return by_hand("AsyncChannel", wrapped)


@pytest.mark.parametrize(
    ("said", "data", "name", "inside"),
    [
        (
            {},
            {"iin": "1"},
            "sendMessage",
            "<messageInfo><serviceId>Body.Do</serviceId><messageType>REQUEST</messageType>"
            f"<messageDate>{SENT}</messageDate>{PERSON}</messageInfo>"
            f"<messageData><data {XSI}><iin>1</iin></data></messageData>",
        ),
        (
            {"does": "get_messages", "service": None},
            {"correlationId": "c-1", "amount": 5},
            "getMessages",
            f"<correlationId>c-1</correlationId><requestDate>{SENT}</requestDate>{PERSON}"
            "<amount>5</amount>",
        ),
        (
            {"does": "get_message_status", "service": None},
            {"messageId": "m-1"},
            "getMessageStatus",
            f"<messageId>m-1</messageId><requestDate>{SENT}</requestDate>{PERSON}",
        ),
        (
            {"does": "send_delivery_notification", "service": None},
            {"messageId": "m-1", "messageState": "DELIVERED"},
            "sendDeliveryNotification",
            "<notification><messageId>m-1</messageId><messageState>DELIVERED</messageState>"
            f"</notification><requestDate>{SENT}</requestDate>{PERSON}",
        ),
    ],
)
def test_the_asynchronous_channel(
    said: dict[str, Any], data: dict[str, Any], name: str, inside: str
) -> None:
    made = async_message(operation(channel="async", **said), SENDER, "k-1", data, AT)
    assert canonical(made) == asynchronous(name, inside)


def test_the_senders_password_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T_SENDER", "p&w")
    sender = Sender.model_validate({"id": "tereze", "password": {"env": "T_SENDER"}})
    made = sync_message(operation(), sender, "k-1", {}, AT)
    assert made.findtext(".//sender/password") == "p&w"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"service": None}, "name the service"),
        ({"does": "get_messages"}, "channel: async"),
        ({"form": "text"}, "root"),
        ({"form": "text", "root": "r", "type": "t", "namespace": "n"}, "always xs:string"),
        ({"type": "Birth"}, "namespace"),
        ({"properties": {"k" * 31: "v"}}, "up to 30"),
        ({"properties": {"k": "v" * 501}}, "up to 30"),
        ({"nonsense": 1}, "Extra inputs"),
    ],
)
def test_what_an_operation_may_not_say(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        operation(**said)


_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\r<>&\"'"),
    max_size=30,
)
_names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)
_data = st.dictionaries(
    _names,
    st.recursive(
        _texts,
        lambda inner: st.dictionaries(
            _names, inner | st.lists(_texts, min_size=2, max_size=3), min_size=1, max_size=3
        ),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(data=_data, form=st.sampled_from(["element", "text", "qualified", "qualified text"]))
def test_no_text_is_changed_on_the_way(data: dict[str, Any], form: str) -> None:
    said: dict[str, Any] = {}
    if "text" in form:
        said = {"form": "text", "root": "r"}
    if "qualified" in form:
        said |= {"qualified": True, "namespace": "urn:n"}
    made = sync_message(operation(**said), SENDER, "k-1", data, AT)
    raw = etree.tostring(made, encoding="UTF-8", xml_declaration=True)
    assert data_in(parse(raw).find(".//requestData")) == data
