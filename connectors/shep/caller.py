"""Telling a body behind the gateway to do something."""

from contextlib import ExitStack
from typing import ClassVar

from pydantic import BaseModel

from connectors.calling import CallContext, Reply, Request
from connectors.errors import WillNeverWork
from connectors.shep.client import ShepClient
from connectors.shep.options import ShepConnection, ShepOperation


class ShepCaller:
    """Calls operations through the gateway, on either channel; serves many threads.

    The document of a reply is what `data` holds; its code is the gateway's status code
    (`SCSS001`), or the state of a message on the asynchronous channel.
    """

    name: ClassVar[str] = "shep"
    Connection: ClassVar[type[BaseModel]] = ShepConnection
    Operation: ClassVar[type[BaseModel]] = ShepOperation

    def __init__(self, connection: ShepConnection, context: CallContext) -> None:
        self.connection = connection
        self.context = context
        self._held = ExitStack()
        self._client: ShepClient | None = None

    def open(self) -> None:
        """Resolve secrets, read keys and certificates; nothing where it is open already."""
        if self._client is None:
            self._client = ShepClient(
                self.connection, self.context.folder, self.context.tell, self._held
            )

    def call(self, request: Request) -> Reply:
        """Make the call; raises as `Caller.call` says."""
        if self._client is None:
            raise WillNeverWork(
                f"Calling {self.context.system}", "the caller is closed", "Call open() first"
            )
        operation = ShepOperation.model_validate(dict(request.operation))
        return self._client.ask(operation, request.data, request.key)

    def close(self) -> None:
        """Release everything; closing twice is harmless."""
        self._client = None
        self._held.close()
