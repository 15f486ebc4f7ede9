"""Reading records from a SOAP service: an operation that answers with a list."""

from contextlib import ExitStack
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.protocol import SourceContext
from connectors.rest.connector import RestConnector
from connectors.soap.client import SoapClient
from connectors.soap.options import SoapConnection, SoapOperation, SoapRequest
from connectors.soap.pulling import Pages


class SoapConnector(RestConnector):
    """Reads the pages of one operation.

    The window, the page's number and size are fields of the operation's message.
    """

    name: ClassVar[str] = "soap"
    Connection: ClassVar[type[BaseModel]] = SoapConnection
    Request: ClassVar[type[BaseModel]] = SoapRequest

    def __init__(
        self, connection: SoapConnection, request: SoapRequest, context: SourceContext
    ) -> None:
        super().__init__(connection, request, context)
        self._system = connection
        said = request.model_dump(include=set(SoapOperation.model_fields))
        self._operation = SoapOperation.model_validate(said)

    def _acquire(self, held: ExitStack) -> None:
        client = SoapClient(self._system, self.context.folder, self.context.tell, held)

        def ask(params: dict[str, Any]) -> Any:
            return client.ask(self._operation, params)

        self._client = Pages(client.sender, ask, client.sender.secrets)

    def _url(self) -> str:
        return self._system.url
