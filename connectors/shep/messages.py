"""Messages to the gateway: SOAP 1.1, document/literal; children are unqualified, in this order."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree

from connectors.envelope import new_envelope
from connectors.safe_xml import XSD, XSI, append
from connectors.shep.options import Message, Sender, ShepOperation

SYNC = "http://bip.bee.kz/SyncChannel/v10/Types"
ASYNC = "http://bip.bee.kz/AsyncChannel/v10/Types"
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}

_OPERATIONS = {
    "send": "sendMessage",
    "get_messages": "getMessages",
    "get_message_status": "getMessageStatus",
    "send_delivery_notification": "sendDeliveryNotification",
}


def sync_message(
    message: Message, sender: Sender, message_id: str, data: Mapping[str, Any], at: datetime
) -> Any:
    """The envelope of `SendMessage`.

    Raises:
        ValueError: something in the data cannot be written in XML.
    """
    envelope, body = new_envelope()
    request = _request(body, SYNC, "SendMessage")
    _add(
        etree.SubElement(request, "requestInfo"),
        messageId=message_id,
        serviceId=message.service,
        messageDate=_written(at),
        routeId=message.route,
        sender=_sender(sender),
        properties=_properties(message, message_id),
    )
    _data(etree.SubElement(request, "requestData"), message, data)
    return envelope


def async_message(
    operation: ShepOperation, sender: Sender, key: str, data: Mapping[str, Any], at: datetime
) -> Any:
    """The envelope of an operation of the asynchronous channel.

    Raises:
        ValueError: something in the data cannot be written in XML.
    """
    envelope, body = new_envelope()
    request = _request(body, ASYNC, _OPERATIONS[operation.does])
    common = {"sender": _sender(sender), "properties": _properties(operation, key)}
    match operation.does:
        case "send":
            _add(
                etree.SubElement(request, "messageInfo"),
                serviceId=operation.service,
                messageType=operation.message_type,
                routeId=operation.route,
                messageDate=_written(at),
                **common,
            )
            _data(etree.SubElement(request, "messageData"), operation, data)
        case "get_messages":
            _add(
                request,
                messageId=data.get("messageId"),
                correlationId=data.get("correlationId"),
                requestDate=_written(at),
                serviceId=operation.service,
                sender=common["sender"],
                amount=data.get("amount"),
                properties=common["properties"],
            )
        case "get_message_status":
            _add(request, messageId=data["messageId"], requestDate=_written(at), **common)
        case "send_delivery_notification":
            _add(
                request,
                notification=dict(data),
                requestDate=_written(at),
                sender=common["sender"],
            )
    return envelope


def operation_name(operation: ShepOperation) -> str:
    """The operation's name on its channel."""
    return "SendMessage" if operation.channel == "sync" else _OPERATIONS[operation.does]


def new_id() -> str:
    """A `messageId` that nobody has used."""
    return str(uuid.uuid4())


def _request(body: Any, namespace: str, name: str) -> Any:
    outer = etree.SubElement(body, f"{{{namespace}}}{name}", nsmap={"typ": namespace})
    return etree.SubElement(outer, "request")


def _add(parent: Any, **fields: Any) -> None:
    append(parent, fields)


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _sender(sender: Sender) -> dict[str, str | None]:
    password = None if sender.password is None else sender.password.resolve()
    return {"senderId": sender.id, "password": password}


def _properties(message: Message, key: str) -> list[dict[str, str]]:
    own = {message.key_property: key} if message.key_property else {}
    return [{"key": name, "value": value} for name, value in (message.properties | own).items()]


def _data(parent: Any, message: Message, data: Mapping[str, Any]) -> None:
    """`data` as an element with `xsi:type`, or as a text that holds XML."""
    if message.form == "text":
        element = etree.SubElement(parent, "data", nsmap={"xsi": XSI, "xs": XSD})
        element.set(f"{{{XSI}}}type", "xs:string")
        element.text = _text(message, data)
        return
    names = {"xsi": XSI} | ({"ns": message.namespace} if message.namespace else {})
    element = etree.SubElement(parent, "data", nsmap=names)
    if message.type is not None:
        element.set(f"{{{XSI}}}type", f"ns:{message.type}")
    append(element, data, message.namespace if message.qualified else None)


def _text(message: Message, data: Mapping[str, Any]) -> str:
    space = message.namespace
    root = etree.Element(
        f"{{{space}}}{message.root}" if space else str(message.root),
        nsmap={"ns": space} if space else {},
    )
    append(root, data, space if message.qualified else None)
    return str(etree.tostring(root, encoding="unicode"))
