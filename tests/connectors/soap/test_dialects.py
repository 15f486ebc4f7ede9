"""WSDLs of other makes: SOAP 1.2, RPC style, several ports, types that are restricted or open."""

from pathlib import Path
from typing import Any

import pytest

from connectors.calling import CallContext, Reply, Request, Untrusted
from connectors.safe_xml import parse
from connectors.soap import SoapCaller, SoapConnection
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Seen, Server
from tests.connectors.soap import service

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
DONE = service.element("registerResponse", number="R-7")


def ask(
    server: Server,
    folder: Path,
    wsdl: str,
    answer: bytes,
    schema: str = service.XSD,
    **operation: Any,
) -> Reply:
    (folder / "a.wsdl").write_text(wsdl.replace("SCHEMA", "a.xsd"))
    (folder / "a.xsd").write_text(schema)
    server.answer("/soap", Answer(answer))
    said = {"url": f"{server.url}/soap", "wsdl": "a.wsdl"}
    caller = SoapCaller(SoapConnection.model_validate(said), CallContext("body", folder))
    caller.open()
    try:
        return caller.call(
            Request({"operation": "Register", **operation}, {"iin": "900101499904"}, "key-1")
        )
    finally:
        caller.close()


def sent(server: Server) -> tuple[Seen, Any]:
    return server.seen[-1], parse(server.seen[-1].body.encode())


def test_soap_12(server: Server, tmp_path: Path) -> None:
    wsdl = service.WSDL.replace("wsdl/soap/", "wsdl/soap12/")
    answer = service.envelope(DONE).replace(service.SOAP.encode(), SOAP_12.encode())
    reply = ask(server, tmp_path, wsdl, answer)
    seen, envelope = sent(server)
    assert reply.document["number"] == "R-7"
    assert envelope.tag == f"{{{SOAP_12}}}Envelope"
    assert seen.headers["Content-Type"].startswith("application/soap+xml")
    assert 'action="urn:register"' in seen.headers["Content-Type"]
    assert "SOAPAction" not in seen.headers


RPC = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:rpc"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:rpc">
  <message name="ask"><part name="iin" type="x:string"/></message>
  <message name="answer"><part name="number" type="x:string"/></message>
  <portType name="P"><operation name="Register"><input message="t:ask"/>
    <output message="t:answer"/></operation></portType>
  <binding name="B" type="t:P">
    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Register"><soap:operation soapAction=""/>
      <input><soap:body use="literal" namespace="urn:rpc"/></input>
      <output><soap:body use="literal" namespace="urn:rpc"/></output></operation></binding>
  <service name="S"><port name="Port" binding="t:B"><soap:address location="http://a.b/"/></port>
  </service></definitions>"""


def test_rpc_style(server: Server, tmp_path: Path) -> None:
    answer = '<r:RegisterResponse xmlns:r="urn:rpc"><number>R-7</number></r:RegisterResponse>'
    reply = ask(server, tmp_path, RPC, service.envelope(answer))
    _, envelope = sent(server)
    assert reply.document == {"number": "R-7"}
    assert envelope.find(".//{urn:rpc}Register/iin").text == "900101499904"


def test_the_port_may_be_named(server: Server, tmp_path: Path) -> None:
    second = '<port name="Other" binding="tns:ResidenceSoap"/></service>'
    second = second.replace(
        "/></service>", "><soap:address location='http://a.b/'/></port></service>"
    )
    wsdl = service.WSDL.replace("</service>", second)
    answer = service.envelope(DONE)
    assert ask(server, tmp_path, wsdl, answer, port="Other").document["number"] == "R-7"


RESTRICTED = service.XSD.replace(
    '<xsd:element name="count" type="xsd:int" minOccurs="0"/>',
    '<xsd:element name="count" type="tns:few" minOccurs="0"/>',
).replace(
    "</xsd:schema>",
    '<xsd:simpleType name="few"><xsd:restriction base="xsd:int"><xsd:maxInclusive value="9"/>'
    "</xsd:restriction></xsd:simpleType></xsd:schema>",
)


def test_a_restricted_number_is_a_number(server: Server, tmp_path: Path) -> None:
    answer = service.envelope(service.element("registerResponse", number="R-7", count="3"))
    document = ask(server, tmp_path, service.WSDL, answer, RESTRICTED).document
    assert (document["number"], document["count"]) == ("R-7", 3)
    wrong = service.envelope(service.element("registerResponse", number="R-7", count="many"))
    with pytest.raises(Untrusted, match="count is no whole number"):
        ask(server, tmp_path, service.WSDL, wrong, RESTRICTED)


@pytest.mark.parametrize(
    ("inside", "document"),
    [
        ("<number>R-7</number><note>a</note><note>b</note>", {"number": "R-7", "note": ["a", "b"]}),
        ("<number/>", {"number": "", "note": []}),
        ("<number><deep>x</deep></number>", {"number": {"deep": "x"}, "note": []}),
        (
            "<number>R-7</number><new><a>1</a></new>",
            {"number": "R-7", "note": [], "new": {"a": "1"}},
        ),
        ("<final>0</final>", {"note": [], "final": False}),
    ],
)
def test_answers_of_odd_shapes(
    server: Server, tmp_path: Path, inside: str, document: dict[str, Any]
) -> None:
    answer = f'<registerResponse xmlns="{service.URN}">{inside}</registerResponse>'
    assert ask(server, tmp_path, service.WSDL, service.envelope(answer)).document == document


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (service.envelope(""), "0 elements"),
        (service.envelope('<registerResponse xmlns="urn:other"/>'), "is not in it"),
        (service.envelope("<registerResponse/>"), "is not in it"),
        (service.envelope(DONE + DONE), "2 elements"),
        (service.envelope(service.element("registerResponse", final="perhaps")), "no truth value"),
    ],
)
def test_what_is_not_as_the_wsdl_says(
    server: Server, tmp_path: Path, answer: bytes, words: str
) -> None:
    with pytest.raises(Untrusted, match=words):
        ask(server, tmp_path, service.WSDL, answer)
