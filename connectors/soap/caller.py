"""Telling a SOAP service to do something."""

from contextlib import ExitStack
from typing import ClassVar

from pydantic import BaseModel

from connectors.calling import CallContext, Reply, Request
from connectors.errors import WillNeverWork
from connectors.soap.client import SoapClient
from connectors.soap.options import SoapConnection, SoapOperation


class SoapCaller:
    """Calls operations of a WSDL; serves many threads.

    The document of a reply is the content of the answer's element; its code is OK, or that of a
    fault.
    """

    name: ClassVar[str] = "soap"
    Connection: ClassVar[type[BaseModel]] = SoapConnection
    Operation: ClassVar[type[BaseModel]] = SoapOperation

    def __init__(self, connection: SoapConnection, context: CallContext) -> None:
        self.connection = connection
        self.context = context
        self._held = ExitStack()
        self._client: SoapClient | None = None

    def open(self) -> None:
        """Resolve secrets, read keys and certificates; nothing where it is open already."""
        if self._client is None:
            self._client = SoapClient(
                self.connection, self.context.folder, self.context.tell, self._held
            )

    def call(self, request: Request) -> Reply:
        """Make the call; raises as `Caller.call` says."""
        if self._client is None:
            raise WillNeverWork(
                f"Calling {self.context.system}", "the caller is closed", "Call open() first"
            )
        operation = SoapOperation.model_validate(dict(request.operation))
        return self._client.ask(operation, request.data)

    def close(self) -> None:
        """Release everything; closing twice is harmless."""
        self._client = None
        self._held.close()
