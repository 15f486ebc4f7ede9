"""What a failed exchange says: whose fault it is, and whether the service can have done it.

X-Road-Error names where it failed. `Client.*` is a refused message. `Server.ClientProxy.*` is our
own security server: it did not pass the message on, but for codes that it also uses when it fails
with the answer in hand. `Server.ServerProxy.*` is the other one: it may have asked the service,
but for codes by which it refuses to.
"""

from collections.abc import Mapping
from typing import Any, Literal

from connectors.calling import Copy, Fault, Untrusted

HEADER = "X-Road-Error"
_CLIENT_PROXY, _SERVER_PROXY = "Server.ClientProxy.", "Server.ServerProxy."
_WITH_THE_ANSWER = {
    "InternalError", "InvalidMessage", "InvalidResponse", "IOError", "LoggingFailed",
    "MalformedAnswer", "MessageLog", "NetworkError", "ServiceFailed", "Timeout",
}  # fmt: skip
_REFUSALS = {
    "AccessDenied", "InvalidServiceType", "ServiceDisabled", "SslAuthenticationFailed",
    "UnknownMember", "UnknownService",
}  # fmt: skip


def worked(code: str) -> Literal["no", "maybe"]:
    """Whether the service can have done it."""
    if code == "Client" or code.startswith("Client."):
        return "no"
    if code.startswith(_CLIENT_PROXY):
        return "maybe" if _kind(code, _CLIENT_PROXY) in _WITH_THE_ANSWER else "no"
    if code.startswith(_SERVER_PROXY):
        return "no" if _kind(code, _SERVER_PROXY) in _REFUSALS else "maybe"
    return "maybe"


def exchange_fault(headers: Mapping[str, str], document: Any) -> Fault | None:
    """The fault of the exchange; None where it worked, whatever the service answered."""
    named = headers.get(HEADER)
    if named is None:
        return None
    said = document if isinstance(document, dict) else {}
    code = str(said.get("type") or named)
    return Fault(code[:200], str(said.get("message") or "no words")[:500], worked(code))


def to_another(asked: str, answered: Copy) -> Untrusted:
    """The error that an answer has the number of another message."""
    step = "Ask the body what became of it; see with its owner what answered"
    return Untrusted(asked, "an answer to another message", step, answered)


def _kind(code: str, proxy: str) -> str:
    return code.removeprefix(proxy).partition(".")[0]
