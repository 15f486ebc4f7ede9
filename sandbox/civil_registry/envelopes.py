"""Messages of the gateway: those that come, and those that are answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sandbox.ncanode.wsse import SOAP

SYNC = "http://bip.bee.kz/SyncChannel/v10/Types"
ASYNC = "http://bip.bee.kz/AsyncChannel/v10/Types"
COMMON = "http://bip.bee.kz/common/v10/Types"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


class NotUnderstood(ValueError):
    """The message is not one of the gateway's."""


@dataclass(frozen=True)
class Asked:
    """A message. `operation` is of the channel, `service` the `serviceId`, `key` what its sender
    knows it by; `text` says that its data came as a text, and so has to be answered."""

    operation: str
    service: str
    message_id: str
    key: str
    data: dict[str, Any]
    text: bool


def read(raw: bytes, namespace: str) -> Asked:
    """The message in an envelope.

    Raises:
        NotUnderstood: it is none.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise NotUnderstood(f"no XML: {error.msg}") from error
    body = root.find(f"{{{SOAP}}}Body")
    outer = None if body is None or len(body) != 1 else body[0]
    if outer is None or etree.QName(outer).namespace != namespace:
        raise NotUnderstood(f"the body holds no operation of {namespace}")
    request = outer.find("request")
    if request is None:
        raise NotUnderstood("there is no request, or it is qualified")
    info = _first(request, "requestInfo", "messageInfo", None)
    data, text = _data(_first(request, "requestData", "messageData", None), request)
    message_id = info.findtext("messageId") or f"{{{uuid.uuid4()}}}"
    own = {each.findtext("key"): each.findtext("value") for each in info.iterfind("properties")}
    key = own.get("idempotencyKey") or _said(data, "key") or message_id
    name = etree.QName(outer).localname
    return Asked(name, info.findtext("serviceId") or "", message_id, key, data, text)


def _said(data: Mapping[str, Any], name: str) -> str | None:
    return str(data[name]) if data.get(name) else None


def _first(request: Any, *names: str | None) -> Any:
    for name in names:
        found = request if name is None else request.find(name)
        if found is not None:
            return found
    return request


def _data(carrier: Any, request: Any) -> tuple[dict[str, Any], bool]:
    data = carrier.find("data")
    if data is None:
        return {etree.QName(each).localname: each.text or "" for each in request}, False
    text = len(data) == 0 and (data.text or "").lstrip().startswith("<")
    if text:
        data = etree.fromstring((data.text or "").strip().encode())
    return {etree.QName(each).localname: each.text or "" for each in data}, text


def sync_answer(asked: Asked, code: str, message: str, data: Mapping[str, Any], at: str) -> Any:
    """The envelope of a `SendMessageResponse`."""
    envelope, response = _response(SYNC, "SendMessageResponse")
    info = {
        "messageId": str(uuid.uuid4()),
        "correlationId": asked.message_id,
        "responseDate": at,
        "status": {"code": code, "message": message[:250]},
        "sessionId": f"{{{uuid.uuid4()}}}",
    }
    fill(etree.SubElement(response, "responseInfo"), info)
    _fill_data(etree.SubElement(response, "responseData"), data, asked.text)
    return envelope


def async_answer(operation: str, fields: Mapping[str, Any]) -> Any:
    """The envelope of an answer of the asynchronous channel."""
    envelope, response = _response(ASYNC, f"{operation}Response")
    fill(response, fields)
    return envelope


def fault(code: str, words: str, at: str) -> bytes:
    """A SOAP fault with the gateway's `ErrorInfo`: the message was not passed on."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    told = etree.SubElement(body, f"{{{SOAP}}}Fault")
    fill(told, {"faultcode": "soap:Client", "faultstring": words})
    info = etree.SubElement(etree.SubElement(told, "detail"), f"{{{COMMON}}}ErrorInfo")
    fill(info, {"errorCode": code, "errorMessage": words, "errorDate": at})
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def _response(namespace: str, name: str) -> tuple[Any, Any]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    outer = etree.SubElement(body, f"{{{namespace}}}{name}", nsmap={"ns2": namespace})
    return envelope, etree.SubElement(outer, "response")


def _fill_data(carrier: Any, data: Mapping[str, Any], text: bool) -> None:
    names = {"xsi": _XSI, "xs": "http://www.w3.org/2001/XMLSchema"}
    element = etree.SubElement(carrier, "data", nsmap=names)
    if not text:
        fill(element, data)
        return
    inner = etree.Element("response")
    fill(inner, data)
    element.set(f"{{{_XSI}}}type", "xs:string")
    element.text = etree.tostring(inner, encoding="unicode")


def fill(parent: Any, fields: Mapping[str, Any]) -> None:
    """Write fields as unqualified children; a list as the same child several times."""
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, name)
            if isinstance(each, Mapping):
                fill(child, each)
            else:
                child.text = str(each)
