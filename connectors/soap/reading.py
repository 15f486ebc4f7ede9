"""An answer as far as SOAP goes: believed or not, a fault or a body."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from connectors.calling import Copy, Fault, Unanswered, Untrusted
from connectors.envelope import SoapFault, body_of, fault_in, own_words, read_envelope
from connectors.safe_xml import UnsafeXml, as_json, local, texts
from connectors.signatures.making import Verifier
from connectors.signatures.security import NotBelieved

_NEXT = "Ask the body what became of it; see with its owner what answered"
_TAKEN_ALL_THE_SAME = {408, 409}


@dataclass(frozen=True)
class Read:
    """What came: a believed body, or a fault (then `document` is what it says in detail)."""

    body: Any
    fault: Fault | None
    document: Any = None


def read(
    asked: str,
    status: int,
    raw: bytes,
    answered: Copy,
    verifier: Verifier | None = None,
    not_done: Collection[str] = (),
) -> Read:
    """Read an answer of this HTTP status. `not_done` are codes that rule out that it was done.

    Raises:
        Unanswered: there is nothing in it, or a signing server cannot be reached.
        Untrusted: it is not XML that is read, or not signed by whom it has to be.
    """
    if status < 300 and not raw.strip():
        raise Unanswered(asked, "an empty answer; it may have been done", _NEXT)
    try:
        envelope = read_envelope(raw)
        fault = fault_in(body_of(envelope))
    except UnsafeXml as error:
        if status >= 300:
            return Read(None, _http(status))
        raise Untrusted(asked, f"an answer that is not read: {error}", _NEXT, answered) from error
    if fault is not None:
        return _fault(fault, not_done, _proven(envelope, verifier))
    if status >= 300:
        return Read(None, _http(status))
    if verifier is None:
        return Read(body_of(envelope), None)
    try:
        return Read(verifier.verify(envelope), None)
    except NotBelieved as error:
        raise Untrusted(
            asked, f"an answer that is not believed: {error}", _NEXT, answered
        ) from error


def _http(status: int) -> Fault:
    """A status that no SOAP says: 4xx is a refusal of the message itself."""
    ours = 400 <= status < 500 and status not in _TAKEN_ALL_THE_SAME
    return Fault(f"HTTP {status}", "the system answered without SOAP", "no" if ours else "maybe")


def _proven(envelope: Any, verifier: Verifier | None) -> bool:
    """Whether a fault may be believed when it says that nothing was done."""
    if verifier is None:
        return True
    try:
        verifier.verify(envelope)
    except NotBelieved:
        return False
    return True


def _fault(fault: SoapFault, not_done: Collection[str], proven: bool) -> Read:
    code, message = fault.code, fault.message
    found = _error_info(fault.detail)
    if found is not None:
        code, message = found
    ruled_out = proven and (fault.ours or code in not_done)
    told = Fault(own_words(code)[:100], own_words(message), "no" if ruled_out else "maybe")
    detail = None if fault.detail is None else as_json(fault.detail)
    return Read(None, told, {"fault": code, "message": message, "detail": detail})


def _error_info(detail: Any) -> tuple[str, str] | None:
    """Code and message of the gateway's `ErrorInfo`, where the detail is or holds one."""
    for element in () if detail is None else detail.iter():
        if any(local(child.tag) == "errorCode" for child in element):
            code, message = texts(element, "errorCode", "errorMessage")
            return code or "no code", message or "no words"
    return None
