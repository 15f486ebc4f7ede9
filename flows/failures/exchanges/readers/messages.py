"""The messages of X-Road's operational monitoring protocol (PR-OPMON, annexes A and C)."""

import uuid
from dataclasses import dataclass

from lxml import etree
from requests_toolbelt.multipart.decoder import (
    ImproperBodyPartContentException,
    MultipartDecoder,
    NonMultipartContentTypeException,
)

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from models.environment.exchanges import XRoadMonitoring
from models.environment.secrets import redact

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XROAD = "http://x-road.eu/xsd/xroad.xsd"
OPMON = "http://x-road.eu/xsd/op-monitoring.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"

_PARTS = ("xRoadInstance", "memberClass", "memberCode")
_OWNER = "Ask the security server's administrator; the same seconds are read again"
_NOT_YET = "not available from"


@dataclass(frozen=True)
class Answer:
    """A page as it came: the packed records, how many are announced, where the next begins."""

    packed: bytes
    count: int
    next_from: int | None


class NotYet(Exception):
    """The server has nothing from that second on as yet: its clock is behind ours."""


def request(options: XRoadMonitoring, first: int, last: int) -> bytes:
    """Ask for the records that the server got from second `first` to second `last`."""
    names = {"SOAP-ENV": SOAP, "xroad": XROAD, "om": OPMON, "id": IDENTIFIERS}
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap=names)
    header = etree.SubElement(envelope, f"{{{SOAP}}}Header")
    client, server = options.client.split("/"), options.server.split("/")
    kind = "SUBSYSTEM" if len(client) == 4 else "MEMBER"
    _identifier(header, "client", kind, (*_PARTS, "subsystemCode"), client)
    service = [*server[:3], "getSecurityServerOperationalData"]
    _identifier(header, "service", "SERVICE", (*_PARTS, "serviceCode"), service)
    _identifier(header, "securityServer", "SERVER", (*_PARTS, "serverCode"), server)
    etree.SubElement(header, f"{{{XROAD}}}id").text = str(uuid.uuid4())
    etree.SubElement(header, f"{{{XROAD}}}protocolVersion").text = "4.0"
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    asked = etree.SubElement(body, f"{{{OPMON}}}getSecurityServerOperationalData")
    criteria = etree.SubElement(asked, f"{{{OPMON}}}searchCriteria")
    etree.SubElement(criteria, f"{{{OPMON}}}recordsFrom").text = str(first)
    etree.SubElement(criteria, f"{{{OPMON}}}recordsTo").text = str(last)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="utf-8"))


def _identifier(
    header: etree._Element, name: str, kind: str, parts: tuple[str, ...], values: list[str]
) -> None:
    element = etree.SubElement(header, f"{{{XROAD}}}{name}")
    element.set(f"{{{IDENTIFIERS}}}objectType", kind)
    for part, value in zip(parts, values, strict=False):
        etree.SubElement(element, f"{{{IDENTIFIERS}}}{part}").text = value


def answer(asked: str, body: bytes, content_type: str) -> Answer:
    """Read an answer.

    Raises:
        NotYet: there are no records from that second on as yet.
        ConnectorError: a fault, explained; or not what the protocol says.
    """
    parts = _parts_of(asked, body, content_type)
    found = _response(asked, parts[0][1])
    count = _number(asked, found, "recordsCount")
    reference = found.findtext(f"{{{OPMON}}}records") or ""
    if count is None:
        raise WrongAnswer(asked, "the answer has no recordsCount", _OWNER)
    wanted = reference.removeprefix("cid:").strip()
    packed = [raw for name, raw in parts[1:] if name == wanted]
    if len(packed) != 1:
        raise WrongAnswer(
            asked, f"the attachment {redact(wanted)!r} it speaks of is not in it", _OWNER
        )
    return Answer(packed[0], count, _number(asked, found, "nextRecordsFrom"))


def _parts_of(asked: str, body: bytes, content_type: str) -> list[tuple[str, bytes]]:
    """The parts of the answer, each with its Content-ID; a bare XML is the only part."""
    if "multipart/" not in content_type.lower():
        return [("", body)]
    try:
        decoder = MultipartDecoder(body, content_type)
    except (
        ImproperBodyPartContentException,
        NonMultipartContentTypeException,
        ValueError,
        AttributeError,  # what it raises where the content type names no boundary
    ) as error:
        raise WrongAnswer(asked, "its parts cannot be told apart", _OWNER) from error
    if not decoder.parts:
        raise WrongAnswer(asked, "it has no parts", _OWNER)
    return [
        (part.headers.get(b"content-id", b"").decode("utf-8", "replace").strip("<> "), part.content)
        for part in decoder.parts
    ]


def _response(asked: str, raw: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise WrongAnswer(asked, f"it is not XML ({redact(str(error))})", _OWNER) from error
    if root.getroottree().docinfo.doctype:
        raise WrongAnswer(asked, "its XML declares a document type, which SOAP forbids", _OWNER)
    fault = root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is not None:
        raise _explained(asked, fault)
    found = root.find(f"{{{SOAP}}}Body/{{{OPMON}}}getSecurityServerOperationalDataResponse")
    if found is None:
        raise WrongAnswer(asked, "there is no getSecurityServerOperationalDataResponse", _OWNER)
    return found


def _explained(asked: str, fault: etree._Element) -> Exception:
    """What a fault means: who has to do something."""
    code = (fault.findtext("faultcode") or "no code").strip()[:100]
    words = redact((fault.findtext("faultstring") or "no words").strip()[:300])
    if _NOT_YET in words:
        return NotYet(words)
    found = f"it answered the fault {redact(code)}: {words}"
    short = code.rsplit(":", 1)[-1]
    kind: type[ConnectorError] = WillNeverWork if short.startswith("Client") else RetryLater
    if "AccessDenied" in short or "UnknownMember" in short:
        kind = WillNeverWork
        return kind(
            asked, found, "Ask for `client` to be the monitoring client, or the owner, there"
        )
    return kind(asked, found, _OWNER)


def _number(asked: str, response: etree._Element, name: str) -> int | None:
    written = response.findtext(f"{{{OPMON}}}{name}")
    if written is None:
        return None
    if not written.strip().isdecimal() or len(written) > 20:
        raise WrongAnswer(asked, f"{name} is no whole number", _OWNER)
    return int(written)
