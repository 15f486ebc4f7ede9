"""Reading records of a service on X-Road."""

import uuid
from contextlib import ExitStack
from typing import Any, ClassVar

from pydantic import BaseModel
from requests import Response

from connectors.calling import Reply
from connectors.calls import told
from connectors.errors import ConnectorError, RetryLater, WillNeverWork
from connectors.protocol import SourceContext
from connectors.rest.client import RestClient
from connectors.rest.connector import RestConnector
from connectors.rest.sending import Sender
from connectors.soap.pulling import Pages
from connectors.xroad.errors import HEADER, worked
from connectors.xroad.identifiers import spelled
from connectors.xroad.options import XRoadConnection, XRoadRequest
from connectors.xroad.soap_exchange import Message, exchange


class XRoadClient(RestClient):
    """A client whose every request is a message on X-Road, with a number of its own."""

    member: XRoadConnection

    def headers(self) -> dict[str, str]:
        """Who asks, and the number of the message."""
        return {**who_asks(self.member), "X-Road-Id": str(uuid.uuid4())}

    def refusal(self, asked: str, response: Response) -> ConnectorError | None:
        """The error of the exchange, where that is what failed."""
        code = response.headers.get(HEADER)
        if code is None:
            return super().refusal(asked, response)
        found = f"the exchange failed with {code}"
        if worked(code) == "no":
            step = "See service, client and the rights of our subsystem with the service's owner"
            return WillNeverWork(asked, found, step)
        return RetryLater(asked, found, "Nothing to do if it passes; else ask the owner")


class XRoadConnector(RestConnector):
    """Reads the pages of one service; with SOAP, window and page are fields of the request.

    Whose turn an error is, is told by `X-Road-Error`: where it is missing, the exchange worked and
    the answer is the service's own.
    """

    name: ClassVar[str] = "xroad"
    Connection: ClassVar[type[BaseModel]] = XRoadConnection
    Request: ClassVar[type[BaseModel]] = XRoadRequest

    def __init__(
        self, connection: XRoadConnection, request: XRoadRequest, context: SourceContext
    ) -> None:
        super().__init__(connection, request, context)
        self._member = connection
        self._asked = request

    def _acquire(self, held: ExitStack) -> None:
        if self._asked.protocol == "soap":
            sender = Sender(self._member, self.context.folder)
            held.callback(sender.close)
            self._client = Pages(sender, lambda params: self._ask(sender, params), sender.secrets)
            return
        client = XRoadClient(self._member, self.context.folder, self.context.tell)
        client.member = self._member
        held.callback(client.close)
        self._client = client

    def _ask(self, sender: Sender, params: dict[str, Any]) -> Reply:
        service = self._asked.service
        message = Message(self._asked, self._member, params, str(uuid.uuid4()))
        with told(self.context.tell, service) as call:
            return exchange(call, f"Asking {service}", sender, message)

    def _url(self) -> str:
        if self._asked.protocol == "soap":
            return self.connection.url
        return self.connection.url + service_path(self._asked.service) + self._asked.path


def who_asks(connection: XRoadConnection) -> dict[str, str]:
    """The headers that say who asks."""
    user = {"X-Road-UserId": connection.user_id} if connection.user_id else {}
    return {"X-Road-Client": spelled(connection.client), **user}


def service_path(service: str) -> str:
    """Where our security server has a service."""
    return f"/r1/{spelled(service)}"
