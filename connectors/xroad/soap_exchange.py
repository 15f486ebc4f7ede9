"""One message over SOAP and its answer: for steps and for sources alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.calling import Copy, Fault, Reply, Untrusted, named
from connectors.calls import Call
from connectors.errors import WillNeverWork
from connectors.rest.sending import Sender
from connectors.safe_xml import UnsafeXml, as_json, parse
from connectors.soap.reading import read
from connectors.xroad.errors import to_another, worked
from connectors.xroad.options import OnXRoad, XRoadConnection
from connectors.xroad.soap import HEADERS, answered_element, number_in, written
from models.environment.secrets import redact

_NEXT = "Ask the body what became of it; see with its owner what answered"


@dataclass(frozen=True)
class Message:
    """What is sent, by whom, with which number."""

    operation: OnXRoad
    member: XRoadConnection
    data: Mapping[str, Any]
    number: str
    issue: str | None = None


def exchange(call: Call, asked: str, sender: Sender, message: Message) -> Reply:
    """Send the message and read its answer.

    Raises:
        NotSent, Unanswered, Untrusted, WillNeverWork: as `Caller.call` has it.
    """
    try:
        raw = written(
            message.operation, message.member, message.data, message.number, message.issue
        )
    except ValueError as error:
        step = "Look at `input` of the step: names and texts that XML can have"
        raise WillNeverWork(asked, "the data cannot be written as XML", step) from error
    status, _, answer = sender.send(call, asked, "POST", message.member.url, raw, HEADERS)
    sent, answered = _copy(raw, sender), _copy(answer.body, sender)
    found = read(asked, status, answer.body, answered)
    reference = _number_of(answer.body)
    if reference is not None and reference.lower() != message.number:
        raise to_another(asked, answered)
    if found.fault is not None:
        fault = _judged(found.fault)
        call.failure = named(fault.code)
        return Reply(found.document, fault.code, status, sent, answered, fault, reference)
    element = answered_element(found.body)
    if element is None:
        raise Untrusted(asked, "an answer without one element in its body", _NEXT, answered)
    document = as_json(element, message.operation.lists)
    return Reply(document, "OK", status, sent, answered, None, reference)


def _judged(fault: Fault) -> Fault:
    """X-Road's own codes say more than SOAP's."""
    of_xroad = fault.code.startswith(("Server.ClientProxy", "Server.ServerProxy", "Client."))
    return replace(fault, worked=worked(fault.code)) if of_xroad else fault


def _number_of(raw: bytes) -> str | None:
    try:
        return number_in(parse(raw))
    except UnsafeXml:  # an error page; what it means has been read already
        return None


def _copy(raw: bytes, sender: Sender) -> Copy:
    return Copy.of(raw, redact(raw.decode("utf-8", "replace"), sender.secrets))
