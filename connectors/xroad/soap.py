"""X-Road's message protocol 4.0 for SOAP: the headers, and the request's element."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from connectors.envelope import new_envelope
from connectors.safe_xml import append, local
from connectors.xroad.options import OnXRoad, XRoadConnection

XROAD = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml", "SOAPAction": '""'}
_PARTS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode")


def written(
    operation: OnXRoad,
    connection: XRoadConnection,
    data: Mapping[str, Any],
    number: str,
    issue: str | None = None,
) -> bytes:
    """The message; its body is the service's element with the data as children.

    Raises:
        ValueError: a name or a text that XML cannot have.
    """
    envelope, body = new_envelope()
    header = envelope[0]
    _identifier(header, "client", connection.client)
    _identifier(header, "service", operation.service, operation.version)
    texts = {"userId": connection.user_id, "id": number, "issue": issue, "protocolVersion": "4.0"}
    for name, text in texts.items():
        if text is not None:
            etree.SubElement(header, f"{{{XROAD}}}{name}").text = text
    code = operation.service.rpartition("/")[2]
    element = etree.SubElement(body, f"{{{operation.namespace}}}{code}")
    append(element, data, operation.namespace)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def number_in(envelope: Any) -> str | None:
    """The number of the message that an answer says it is the answer to."""
    for element in envelope.iter(f"{{{XROAD}}}id"):
        return (element.text or "").strip() or None
    return None


def answered_element(body: Any) -> Any:
    """The service's element in the body; None where there is none or several."""
    return body[0] if len(body) == 1 and local(body[0].tag) != "Fault" else None


def _identifier(header: Any, name: str, identifier: str, version: str | None = None) -> None:
    parts = identifier.split("/")
    kind = "SERVICE" if name == "service" else "SUBSYSTEM" if len(parts) == 4 else "MEMBER"
    element = etree.SubElement(header, f"{{{XROAD}}}{name}")
    element.set(f"{{{IDENTIFIERS}}}objectType", kind)
    for part, text in zip(_PARTS, parts, strict=False):
        etree.SubElement(element, f"{{{IDENTIFIERS}}}{part}").text = text
    if version is not None:
        etree.SubElement(element, f"{{{IDENTIFIERS}}}serviceVersion").text = version
