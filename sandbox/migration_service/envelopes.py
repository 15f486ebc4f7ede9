"""Messages of SOAP 1.1 as the service reads and writes them."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from sandbox.migration_service.wsdl import NAMESPACE, OPERATIONS

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XML = "text/xml; charset=utf-8"


class NotUnderstood(ValueError):
    """The message is not one of the service's."""


@dataclass(frozen=True)
class Asked:
    """An operation and its fields."""

    operation: str
    fields: dict[str, str]


def read(raw: bytes) -> Asked:
    """The message in an envelope.

    Raises:
        NotUnderstood: it is none, names no operation, or lacks a field.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        body = etree.fromstring(raw, parser).find(f"{{{SOAP}}}Body")
    except etree.XMLSyntaxError as error:
        raise NotUnderstood(f"no XML: {error.msg}") from error
    if body is None or len(body) != 1 or etree.QName(body[0]).namespace != NAMESPACE:
        raise NotUnderstood(f"the body holds no operation of {NAMESPACE}")
    name = etree.QName(body[0]).localname
    if name not in OPERATIONS:
        raise NotUnderstood(f"no operation {name}")
    fields = {etree.QName(child).localname: (child.text or "").strip() for child in body[0]}
    if missing := [field for field in OPERATIONS[name][0] if not fields.get(field)]:
        raise NotUnderstood(f"missing: {', '.join(missing)}")
    return Asked(name, fields)


def answer(operation: str, fields: dict[str, Any]) -> bytes:
    """The answer to an operation; fields without a value are left out."""
    envelope, body = _envelope()
    element = etree.SubElement(body, f"{{{NAMESPACE}}}{operation}Response")
    for name, value in fields.items():
        if value is not None:
            etree.SubElement(element, f"{{{NAMESPACE}}}{name}").text = str(value)
    return _written(envelope)


def fault(code: str, words: str) -> bytes:
    """A fault; `code` is Client or Server."""
    envelope, body = _envelope()
    element = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(element, "faultcode").text = f"soap:{code}"
    etree.SubElement(element, "faultstring").text = words
    return _written(envelope)


def _envelope() -> tuple[Any, Any]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "m": NAMESPACE})
    return envelope, etree.SubElement(envelope, f"{{{SOAP}}}Body")


def _written(envelope: Any) -> bytes:
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))
