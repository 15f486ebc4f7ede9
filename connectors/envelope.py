"""SOAP 1.1 and 1.2: the envelope and what a fault in it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.safe_xml import UnsafeXml, local, parse, texts
from models.environment.secrets import redact

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_LONG_NUMBER = re.compile(r"\d{9,}")
_LONGEST = 500
_OURS = {"Client", "Sender", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown"}


@dataclass(frozen=True)
class SoapFault:
    """A fault; `ours` says that the message itself was refused, so that nothing was done."""

    code: str
    message: str
    detail: Any
    ours: bool


def new_envelope() -> tuple[Any, Any]:
    """An empty envelope of SOAP 1.1 and its body."""
    envelope = etree.Element(f"{{{SOAP_11}}}Envelope", nsmap={"soapenv": SOAP_11})
    etree.SubElement(envelope, f"{{{SOAP_11}}}Header")
    return envelope, etree.SubElement(envelope, f"{{{SOAP_11}}}Body")


def header_of(envelope: Any) -> Any:
    """The header, made where there is none."""
    tag = envelope.tag.replace("}Envelope", "}Header")
    header = envelope.find(tag)
    if header is None:
        header = etree.Element(tag)
        envelope.insert(0, header)
    return header


def add_headers(envelope: Any, headers: Mapping[str, str]) -> None:
    """Put elements with these texts into the header."""
    for name, text in headers.items():
        etree.SubElement(header_of(envelope), name).text = text


def read_envelope(raw: bytes) -> Any:
    """The envelope.

    Raises:
        UnsafeXml: it is not XML that is read, or not a SOAP envelope with one body.
    """
    root = parse(raw)
    if root.tag not in (f"{{{SOAP_11}}}Envelope", f"{{{SOAP_12}}}Envelope"):
        raise UnsafeXml(f"it is <{local(root.tag)}>, not a SOAP envelope")
    body_of(root)
    return root


def body_of(envelope: Any) -> Any:
    """The only body.

    Raises:
        UnsafeXml: there is none, or several.
    """
    bodies = [child for child in envelope if local(child.tag) == "Body"]
    if len(bodies) != 1 or bodies[0].tag != envelope.tag.replace("}Envelope", "}Body"):
        raise UnsafeXml(f"the envelope has {len(bodies)} bodies where SOAP has one")
    return bodies[0]


def fault_in(body: Any) -> SoapFault | None:
    """The fault that a body is, if it is one."""
    if len(body) == 0 or local(body[0].tag) != "Fault":
        return None
    fault = body[0]
    if fault.tag == f"{{{SOAP_12}}}Fault":
        code, message, detail = _newer(fault)
    else:
        code, message = texts(fault, "faultcode", "faultstring")
        detail = next((child for child in fault if local(child.tag) == "detail"), None)
    code = (code or "").rpartition(":")[2]
    ours = code.partition(".")[0] in _OURS
    return SoapFault(code or "Fault", message or "no words", detail, ours)


def _newer(fault: Any) -> tuple[str | None, str | None, Any]:
    code = fault.findtext(f"{{{SOAP_12}}}Code/{{{SOAP_12}}}Value")
    message = fault.findtext(f"{{{SOAP_12}}}Reason/{{{SOAP_12}}}Text")
    return code, message, fault.find(f"{{{SOAP_12}}}Detail")


def own_words(text: str) -> str:
    """A system's own words about a failure, for people: shortened, and without secrets.

    Numbers as long as identifiers of persons keep their last 4 digits only: such words are read
    where the person's record is not.
    """
    return _LONG_NUMBER.sub(lambda found: "•" * 8 + found[0][-4:], redact(text))[:_LONGEST]
