"""Contracts made for tests: an OpenAPI document and a WSDL, whole and small."""

import copy
from collections.abc import Callable
from typing import Any

import orjson

from flows.failures.verdict import Verdict

PAGE_REF, RECORD_REF = ({"$ref": f"#/components/schemas/{n}"} for n in ("Page", "Application"))

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Office", "version": "1"},
    "servers": [{"url": "https://office.example.org/api"}],
    "security": [{"key": []}],
    "paths": {
        "/applications": {
            "get": {
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer"}},
                    {"name": "changed_since", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": PAGE_REF}}
                    },
                    "404": {"content": {"application/json": {"schema": {"type": "string"}}}},
                },
            },
        },
        "/applications/{number}": {
            "put": {
                "parameters": [
                    {"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": RECORD_REF}
                    },
                },
                "responses": {"204": {"description": "Done"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Page": {
                "type": "object",
                "required": ["items"],
                "properties": {
                    "items": {"type": "array", "items": RECORD_REF},
                    "next": {"type": "string", "nullable": True},
                },
            },
            "Application": {
                "type": "object",
                "required": ["number", "received_at"],
                "properties": {
                    "number": {"type": "string"},
                    "received_at": {"type": "string", "format": "date-time"},
                    "status": {"type": "string", "enum": ["open", "issued", "refused"]},
                    "person": {
                        "type": "object",
                        "properties": {
                            "iin": {"type": "string"},
                            "children": {
                                "type": "array",
                                "items": RECORD_REF,
                            },
                        },
                    },
                },
            },
        }
    },
}  # fmt: skip


def openapi(bend: Callable[[dict[str, Any]], object] | None = None) -> bytes:
    """The document, bent."""
    document = copy.deepcopy(OPENAPI)
    if bend is not None:
        bend(document)
    return orjson.dumps(document)


def application(document: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record in it."""
    found: dict[str, Any] = document["components"]["schemas"]["Application"]
    return found


WSDL = """<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:persons"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema"
  targetNamespace="urn:persons">
  <types>
    <x:schema targetNamespace="urn:persons">
      <x:element name="getPerson"><x:complexType><x:sequence>
        <x:element name="iin" type="x:string"/>
      </x:sequence></x:complexType></x:element>
      <x:element name="getPersonResponse"><x:complexType><x:sequence>
        <x:element name="person" type="t:person" minOccurs="0" maxOccurs="unbounded"/>
      </x:sequence></x:complexType></x:element>
      <x:complexType name="base">
        <x:attribute name="id" type="x:long" use="required"/>
      </x:complexType>
      <x:complexType name="person"><x:complexContent><x:extension base="t:base"><x:sequence>
        <x:element name="name" type="x:string"/>
        <x:element name="birthDate" type="x:date"/>
        <x:element name="lifeStatus" type="t:status"/>
        <x:element name="child" type="t:person" minOccurs="0" maxOccurs="unbounded"/>
        <x:choice>
          <x:element name="home" type="x:string"/><x:element name="abroad" type="x:boolean"/>
        </x:choice>
      </x:sequence></x:extension></x:complexContent></x:complexType>
      <x:simpleType name="status"><x:restriction base="x:string">
        <x:enumeration value="alive"/><x:enumeration value="dead"/>
      </x:restriction></x:simpleType>
    </x:schema>
  </types>
  <message name="ask"><part name="p" element="t:getPerson"/></message>
  <message name="answer"><part name="p" element="t:getPersonResponse"/></message>
  <portType name="Persons">
    <operation name="getPerson"><input message="t:ask"/><output message="t:answer"/></operation>
    <operation name="ping"><input message="t:ask"/></operation>
  </portType>
  <service name="Persons"><port name="P" binding="t:B">
    <soap:address location="http://user:secret@persons.example.org/ws?x=1"/></port></service>
</definitions>
"""


def wsdl(*changes: tuple[str, str]) -> bytes:
    """The WSDL with texts replaced; each of them is in it."""
    text = WSDL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


GOOD = ("good", "good", "warning")


def stands(verdict: Verdict | None) -> tuple[str, str, str]:
    assert verdict is not None
    assert (verdict.kind, verdict.system) == ("contract", "office")
    assert verdict.subject.startswith("contract:")
    return verdict.level, verdict.reason, verdict.severity
