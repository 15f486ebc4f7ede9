"""A call of a SOAP service, for tests of callers."""

from collections.abc import Callable
from typing import Any

from connectors.calling import Request
from connectors.soap import SoapCaller
from tests.connectors.rest.server import Reply, Server
from tests.connectors.soap import service

REGISTER = {"operation": "Register"}
DONE = service.envelope(service.element("registerResponse", number="R-7"))
Open = Callable[..., SoapCaller]


def answer(server: Server, body: bytes, status: int = 200, **headers: str) -> None:
    service.respond(server, lambda _: Reply(body, status, headers))


def call(caller: SoapCaller, **data: Any) -> Any:
    return caller.call(Request(REGISTER, {"iin": "900101499904", **data}, "key-1"))


def fault(code: str) -> bytes:
    words = f"<faultcode>s:{code}</faultcode><faultstring>no</faultstring>"
    return service.envelope(f"<s:Fault>{words}<detail><iin>wrong</iin></detail></s:Fault>")
