"""Answers of the gateway, as plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from connectors.calling import Fault
from connectors.envelope import own_words
from connectors.safe_xml import UnsafeXml, as_json, local, parse, texts
from connectors.shep.options import ShepCodes


@dataclass(frozen=True)
class Content:
    """What an answer says: `reference` is the gateway's number of the message."""

    document: Any
    code: str
    fault: Fault | None = None
    reference: str | None = None


def sync_content(body: Any, codes: ShepCodes, lists: Collection[str]) -> Content:
    """What a `SendMessageResponse` says.

    `SCSS001` and the like are success; a code of `answered` is the body's own answer, to be read
    like one; all others are failures inside HTTP 200.

    Raises:
        UnsafeXml: it is no such answer, or holds XML that is not read.
    """
    response = _response(body, "SendMessageResponse")
    info = _child(response, "responseInfo")
    code, message = texts(_child(info, "status"), "code", "message")
    (reference,) = texts(info, "messageId")
    if not code:
        raise UnsafeXml("its responseInfo has no status code")
    carrier = next((each for each in response if local(each.tag) == "responseData"), None)
    document = None if carrier is None else data_in(carrier, lists)
    return Content(document, code, _fault(code, message, codes), reference)


def async_content(body: Any, name: str, lists: Collection[str]) -> Content:
    """What an answer of the asynchronous channel to the operation `name` says.

    `getMessages` answers `{messages: [{messageId, correlationId, …, data}]}`, the others their
    fields. The code is the message's state where there is one, else OK.

    Raises:
        UnsafeXml: it is no such answer, or holds XML that is not read.
    """
    response = _response(body, f"{name}Response")
    if name == "getMessages":
        found = [_message(each, lists) for each in response if local(each.tag) == "messages"]
        return Content({"messages": found}, "OK")
    document = as_json(response)
    if not isinstance(document, dict):
        document = {}
    code = str(document.get("messageState") or "OK")
    reference = document.get("messageId")
    return Content(document, code, None, reference if isinstance(reference, str) else None)


def data_in(carrier: Any, lists: Collection[str] = ()) -> Any:
    """The content of `data`: its fields, or those of the XML that is written in it as a text.

    Raises:
        UnsafeXml: that XML is not read.
    """
    data = next((each for each in carrier if local(each.tag) == "data"), None)
    if data is None:
        return None
    if len(data) == 0 and (data.text or "").lstrip().startswith("<"):
        return as_json(parse((data.text or "").strip().encode()), lists)
    return as_json(data, lists)


def _message(message: Any, lists: Collection[str]) -> dict[str, Any]:
    info = as_json(_child(message, "messageInfo"))
    carrier = next((each for each in message if local(each.tag) == "messageData"), None)
    data = None if carrier is None else data_in(carrier, lists)
    return {**(info if isinstance(info, dict) else {}), "data": data}


def _fault(code: str, message: str | None, codes: ShepCodes) -> Fault | None:
    if code in codes.success or code in codes.answered:
        return None
    words = own_words(message or "no words")
    return Fault(code, words, "no" if code in codes.not_done else "maybe")


def _response(body: Any, name: str) -> Any:
    if len(body) != 1 or local(body[0].tag) != name:
        found = local(body[0].tag) if len(body) else "nothing"
        raise UnsafeXml(f"it is {found}, where {name} is expected")
    return _child(body[0], "response")


def _child(parent: Any, name: str) -> Any:
    found = [each for each in parent if local(each.tag) == name]
    if len(found) != 1:
        raise UnsafeXml(f"there are {len(found)} {name} in {local(parent.tag)}, not one")
    return found[0]
