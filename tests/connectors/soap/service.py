"""A small SOAP service: its WSDL in two documents, and the answers that a test writes."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from tests.connectors.rest.server import Reply, Seen, Server

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
URN = "urn:tereze:residence"

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="urn:tereze:residence"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  name="Residence" targetNamespace="urn:tereze:residence">
  <types><xsd:schema><xsd:import namespace="urn:tereze:residence"
    schemaLocation="SCHEMA"/></xsd:schema></types>
  <message name="ask"><part name="parameters" element="tns:register"/></message>
  <message name="answer"><part name="parameters" element="tns:registerResponse"/></message>
  <message name="listAsk"><part name="parameters" element="tns:list"/></message>
  <message name="listAnswer"><part name="parameters" element="tns:listResponse"/></message>
  <portType name="Residence">
    <operation name="Register">
      <input message="tns:ask"/><output message="tns:answer"/></operation>
    <operation name="List">
      <input message="tns:listAsk"/><output message="tns:listAnswer"/></operation>
  </portType>
  <binding name="ResidenceSoap" type="tns:Residence">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Register"><soap:operation soapAction="urn:register"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
    <operation name="List"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Residence"><port name="ResidencePort" binding="tns:ResidenceSoap">
    <soap:address location="http://somewhere.else.invalid/soap"/></port></service>
</definitions>
"""

XSD = """<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:tereze:residence"
  targetNamespace="urn:tereze:residence" elementFormDefault="qualified">
  <xsd:element name="register"><xsd:complexType><xsd:sequence>
    <xsd:element name="iin" type="xsd:string"/>
    <xsd:element name="since" type="xsd:date" minOccurs="0"/>
    <xsd:element name="rooms" type="xsd:int" minOccurs="0"/>
    <xsd:element name="address" type="tns:address" minOccurs="0"/>
    <xsd:element name="with" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:complexType name="address"><xsd:sequence>
    <xsd:element name="kato" type="xsd:string"/>
    <xsd:element name="street" type="xsd:string" minOccurs="0"/>
  </xsd:sequence></xsd:complexType>
  <xsd:element name="registerResponse"><xsd:complexType><xsd:sequence>
    <xsd:element name="number" type="xsd:string"/>
    <xsd:element name="fee" type="xsd:decimal" minOccurs="0"/>
    <xsd:element name="on" type="xsd:dateTime" minOccurs="0"/>
    <xsd:element name="final" type="xsd:boolean" minOccurs="0"/>
    <xsd:element name="count" type="xsd:int" minOccurs="0"/>
    <xsd:element name="scan" type="xsd:base64Binary" minOccurs="0"/>
    <xsd:element name="note" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="list"><xsd:complexType><xsd:sequence>
    <xsd:element name="page" type="xsd:int"/>
    <xsd:element name="size" type="xsd:int"/>
    <xsd:element name="from" type="xsd:string" minOccurs="0"/>
    <xsd:element name="to" type="xsd:string" minOccurs="0"/>
  </xsd:sequence></xsd:complexType></xsd:element>
  <xsd:element name="listResponse"><xsd:complexType><xsd:sequence>
    <xsd:element name="total" type="xsd:int"/>
    <xsd:element name="row" minOccurs="0" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>
      <xsd:element name="number" type="xsd:int"/>
      <xsd:element name="changed_at" type="xsd:dateTime"/>
      <xsd:element name="name" type="xsd:string"/>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>
"""


def publish(server: Server, schema: str = "residence.xsd") -> None:
    """Serve the WSDL and its schema."""
    server.answer("/soap", Reply(WSDL.replace("SCHEMA", schema).encode()))
    server.answer("/residence.xsd", Reply(XSD.encode()))


def respond(server: Server, answer: Callable[[Any], Reply]) -> None:
    """Answer messages; `answer` is given the element in the body. The WSDL stays where it is."""

    def route(seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(WSDL.replace("SCHEMA", "residence.xsd").encode())
        body = etree.fromstring(seen.body.encode()).find(f"{{{SOAP}}}Body")
        return answer(body[0])

    server.routes["/soap"] = route
    server.answer("/residence.xsd", Reply(XSD.encode()))


def envelope(inside: str) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()


def element(name: str, /, **fields: Any) -> str:
    inside = "".join(
        f"<{field}>{escape(str(each))}</{field}>"
        for field, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )
    return f'<{name} xmlns="{URN}">{inside}</{name}>'


def asked(sent: Any) -> dict[str, Any]:
    return {etree.QName(each).localname: each.text for each in sent}
