"""Reading records through the gateway: an operation that answers with a list."""

from contextlib import ExitStack
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.protocol import SourceContext
from connectors.rest.connector import RestConnector
from connectors.shep.client import ShepClient
from connectors.shep.messages import new_id
from connectors.shep.options import Message, ShepConnection, ShepOperation, ShepRequest
from connectors.soap.pulling import Pages


class ShepConnector(RestConnector):
    """Reads the pages of one service on the synchronous channel.

    The window, the page's number and size are fields of the request's data.
    """

    name: ClassVar[str] = "shep"
    Connection: ClassVar[type[BaseModel]] = ShepConnection
    Request: ClassVar[type[BaseModel]] = ShepRequest

    def __init__(
        self, connection: ShepConnection, request: ShepRequest, context: SourceContext
    ) -> None:
        super().__init__(connection, request, context)
        self._system = connection
        said = request.model_dump(include=set(Message.model_fields))
        self._operation = ShepOperation.model_validate(said)

    def _acquire(self, held: ExitStack) -> None:
        client = ShepClient(self._system, self.context.folder, self.context.tell, held)

        def ask(params: dict[str, Any]) -> Any:
            return client.ask(self._operation, params, new_id())

        self._client = Pages(client.sender, ask, client.sender.secrets)

    def _url(self) -> str:
        return self._system.url + self._system.sync_path
