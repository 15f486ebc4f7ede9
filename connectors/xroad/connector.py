"""Reading records of a service on X-Road, over its REST protocol."""

import uuid
from contextlib import ExitStack
from typing import ClassVar

from pydantic import BaseModel
from requests import Response

from connectors.errors import ConnectorError, RetryLater, WillNeverWork
from connectors.protocol import SourceContext
from connectors.rest.client import RestClient
from connectors.rest.connector import RestConnector
from connectors.xroad.errors import HEADER, worked
from connectors.xroad.identifiers import spelled
from connectors.xroad.options import XRoadConnection, XRoadRequest


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
    """Reads the pages of one service.

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
        self._address = service_path(request.service) + request.path

    def _acquire(self, held: ExitStack) -> None:
        client = XRoadClient(self._member, self.context.folder, self.context.tell)
        client.member = self._member
        held.callback(client.close)
        self._client = client

    def _url(self) -> str:
        return self.connection.url + self._address


def who_asks(connection: XRoadConnection) -> dict[str, str]:
    """The headers that say who asks."""
    user = {"X-Road-UserId": connection.user_id} if connection.user_id else {}
    return {"X-Road-Client": spelled(connection.client), **user}


def service_path(service: str) -> str:
    """Where our security server has a service."""
    return f"/r1/{spelled(service)}"
