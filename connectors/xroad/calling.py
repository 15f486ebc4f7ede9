"""Telling a service on X-Road to do something, over REST or SOAP."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from pydantic import BaseModel

from connectors.calling import CallContext, Reply, Request, named
from connectors.calls import Call, told
from connectors.errors import WillNeverWork
from connectors.rest.calling import RestCaller, reply_of
from connectors.rest.operation import Written, write
from connectors.rest.sending import Sender
from connectors.xroad.connector import service_path, who_asks
from connectors.xroad.errors import HEADER, exchange_fault, to_another
from connectors.xroad.identifiers import message_id
from connectors.xroad.options import XRoadConnection, XRoadOperation
from connectors.xroad.soap_exchange import Message, exchange


class XRoadCaller(RestCaller):
    """Calls services on X-Road; serves many threads.

    `X-Road-Id` is the key, as a UUID. The code of a reply is the type of X-Road's own error where
    the exchange failed, else the HTTP status, and with SOAP the fault's code or `OK`; its
    reference is X-Road's number of the request.
    """

    name: ClassVar[str] = "xroad"
    Connection: ClassVar[type[BaseModel]] = XRoadConnection
    Operation: ClassVar[type[BaseModel]] = XRoadOperation

    def __init__(self, connection: XRoadConnection, context: CallContext) -> None:
        super().__init__(connection, context)
        self.member = connection

    def call(self, request: Request) -> Reply:
        """Make the call; see `Caller.call` for what it raises."""
        operation = XRoadOperation.model_validate(dict(request.operation))
        asked = f"Calling {operation.service}{operation.path} of {self.context.system}"
        sender, number = self._open_sender(asked), message_id(request.key)
        with told(self.context.tell, operation.service + operation.path) as call:
            if operation.protocol == "soap":
                return self._over_soap(call, asked, sender, operation, request, number)
            return self._over_rest(call, asked, sender, operation, request, number)

    def _over_rest(
        self, call: Call, asked: str, sender: Sender, operation: XRoadOperation,
        request: Request, number: str,
    ) -> Reply:  # fmt: skip
        issue = _issue(asked, operation, request.data)
        content = write(asked, operation, request.data, request.key)
        headers = {**content.headers, **who_asks(self.member), "X-Road-Id": number}
        if issue is not None:
            headers["X-Road-Issue"] = issue
        message = Written(service_path(operation.service) + content.target, headers, content.body)
        status, heard, answer = sender.send(
            call, asked, operation.method, self.connection.url + message.target,
            message.body, message.headers,
        )  # fmt: skip
        reply = reply_of(call, operation.method, message, status, heard, answer)
        if HEADER in heard:
            call.failure = named(heard[HEADER])
        if heard.get("X-Road-Id", number).lower() != number:
            raise to_another(asked, reply.answered)
        return _with_fault_of_exchange(reply, heard)

    def _over_soap(
        self, call: Call, asked: str, sender: Sender, operation: XRoadOperation,
        request: Request, number: str,
    ) -> Reply:  # fmt: skip
        issue = _issue(asked, operation, request.data)
        message = Message(operation, self.member, request.data, number, issue)
        return exchange(call, asked, sender, message)


def _issue(asked: str, operation: XRoadOperation, data: Mapping[str, object]) -> str | None:
    if operation.issue is None:
        return None
    value = data.get(operation.issue)
    if not isinstance(value, str | int) or not str(value).isascii() or not str(value).isprintable():
        found = f"{operation.issue} is not among the data, or no header can have it"
        raise WillNeverWork(asked, f"{found}; nothing was sent", "Look at `input` of the step")
    return str(value)


def _with_fault_of_exchange(reply: Reply, heard: Mapping[str, str]) -> Reply:
    reply = replace(reply, reference=heard.get("X-Road-Request-Id"))
    fault = exchange_fault(heard, reply.document)
    return reply if fault is None else replace(reply, fault=fault, code=fault.code)
