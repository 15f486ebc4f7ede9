"""The SOAP messages of operational monitoring, as a security server writes them."""

import gzip
from dataclasses import dataclass
from xml.sax.saxutils import escape

import orjson
from lxml import etree

from sandbox.xroad_monitoring.shelf import Record

BOUNDARY = "xroadfngEfgBlxyLszDaqXiFfDxVzvvlbhU"
CID = "operational-monitoring-data.json.gz"
MULTIPART = f'multipart/related; type="text/xml"; charset=UTF-8; boundary={BOUNDARY}'
XML = "text/xml; charset=UTF-8"
_OM = "http://x-road.eu/xsd/op-monitoring.xsd"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_XROAD = "http://x-road.eu/xsd/xroad.xsd"


@dataclass(frozen=True)
class Question:
    """What is asked: the seconds, and the id of the message."""

    first: int
    last: int
    id: str


def question(raw: bytes) -> Question:
    """Read a request.

    Raises:
        ValueError: it is not one; says what is missing.
    """
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error}") from error
    for name in ("client", "service", "securityServer", "id", "protocolVersion"):
        if root.find(f"{{{_SOAP}}}Header/{{{_XROAD}}}{name}") is None:
            raise ValueError(f"the header {name} is missing")
    asked = root.find(f"{{{_SOAP}}}Body/{{{_OM}}}getSecurityServerOperationalData")
    if asked is None:
        raise ValueError("the body asks for no operational data")
    criteria = f"{{{_OM}}}searchCriteria/{{{_OM}}}"
    first, last = (asked.findtext(f"{criteria}{name}") for name in ("recordsFrom", "recordsTo"))
    if not (first and last and first.isdecimal() and last.isdecimal()):
        raise ValueError("recordsFrom and recordsTo must be whole numbers")
    message_id = root.findtext(f"{{{_SOAP}}}Header/{{{_XROAD}}}id") or ""
    return Question(int(first), int(last), message_id)


def packed(records: list[Record]) -> bytes:
    """The attachment."""
    return gzip.compress(orjson.dumps({"records": records}), compresslevel=1)


def answer(
    asked: Question, count: int, attachment: bytes, next_from: int | None, cid: str = CID
) -> bytes:
    """The whole answer: the message, and the attachment that it speaks of."""
    following = "" if next_from is None else f"<om:nextRecordsFrom>{next_from}</om:nextRecordsFrom>"
    body = (
        "<om:getSecurityServerOperationalDataResponse>"
        f"<om:recordsCount>{count}</om:recordsCount>"
        f"<om:records>cid:{CID}</om:records>{following}"
        "</om:getSecurityServerOperationalDataResponse>"
    )
    head = f"--{BOUNDARY}\r\ncontent-type:text/xml\r\n\r\n"
    part = (
        f"\r\n--{BOUNDARY}\r\ncontent-type:application/gzip\r\n"
        f"content-transfer-encoding: binary\r\ncontent-id: <{cid}>\r\n\r\n"
    )
    ends = f"\r\n--{BOUNDARY}--\r\n"
    return b"".join(
        [head.encode(), envelope(body, asked.id), part.encode(), attachment, ends.encode()]
    )


def envelope(body: str, message_id: str = "") -> bytes:
    """A SOAP message."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{_SOAP}" xmlns:xroad="{_XROAD}" xmlns:om="{_OM}">'
        f"<SOAP-ENV:Header><xroad:id>{escape(message_id)}</xroad:id></SOAP-ENV:Header>"
        f"<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def fault(code: str, words: str) -> bytes:
    """A SOAP fault as X-Road writes it."""
    return envelope(
        f"<SOAP-ENV:Fault><faultcode>{escape(code)}</faultcode>"
        f"<faultstring>{escape(words)}</faultstring></SOAP-ENV:Fault>"
    )
