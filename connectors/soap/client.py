"""One message to a SOAP service and its answer: for steps and for sources alike."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

from lxml import etree

from connectors.calling import Copy, Reply, Untrusted, named
from connectors.calls import Told, told
from connectors.envelope import add_headers
from connectors.errors import WillNeverWork
from connectors.rest.sending import Sender
from connectors.signatures.making import signer_of, verifier_of
from connectors.soap.operations import Operations
from connectors.soap.options import SoapConnection, SoapOperation
from connectors.soap.promptly import check_prompt
from connectors.soap.reading import read
from connectors.soap.service import Bound
from connectors.soap.values import Misfit
from models.environment.secrets import redact

Data = Mapping[str, Any]


class SoapClient:
    """Talks to one service; serves many threads. Its WSDL is read at the first message."""

    def __init__(
        self, connection: SoapConnection, folder: Path, tell: Told, held: ExitStack
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._signer = signer_of(connection.sign, folder)
        self._verifier = verifier_of(connection.trust, folder)
        self.sender = Sender(connection, folder)
        held.callback(self.sender.close)
        self._operations = Operations(connection, folder, self.sender)

    def ask(self, operation: SoapOperation, data: Data) -> Reply:
        """Send a message and read its answer.

        Raises:
            NotSent, Unanswered, Untrusted, WillNeverWork: as `Caller.call` has it.
        """
        asked = f"Calling {operation.operation} of {redact(self._connection.url)}"
        began = monotonic()
        bound = self._operations.find(asked, operation)
        raw = self._written(asked, bound, operation, data)
        check_prompt(asked, began)
        with told(self._tell, operation.operation) as call:
            status, _, answer = self.sender.send(
                call, asked, "POST", self._connection.url, raw, bound.headers
            )
            reply = self._read(asked, bound, status, answer.body, self._copy(raw))
            if reply.fault is not None:
                call.failure = named(reply.fault.code)
                if reply.fault.worked == "no":  # the message was refused: perhaps it is another now
                    self._operations.forget()
        return reply

    def _written(self, asked: str, bound: Bound, operation: SoapOperation, data: Data) -> bytes:
        try:
            envelope = bound.write(asked, data)
        except WillNeverWork:
            self._operations.forget()
            raise
        add_headers(envelope, operation.headers)
        if self._signer is not None:
            return self._signer.sign(envelope)
        return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))

    def _read(self, asked: str, bound: Bound, status: int, raw: bytes, sent: Copy) -> Reply:
        answered = self._copy(raw)
        found = read(asked, status, raw, answered, self._verifier)
        if found.fault is not None:
            return Reply(found.document, found.fault.code, status, sent, answered, found.fault)
        try:
            document = bound.read(found.body)
        except Misfit as error:
            self._operations.forget()
            raise Untrusted(
                asked,
                f"an answer that is not as the WSDL says ({error})",
                "Compare the answer with the WSDL, and ask the service's owner what changed",
                answered,
            ) from error
        return Reply(document, "OK", status, sent, answered)

    def _copy(self, raw: bytes) -> Copy:
        return Copy.of(raw, redact(raw.decode("utf-8", "replace"), self.sender.secrets))
