"""One message to the gateway and its answer: for steps and for sources alike."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from connectors.calling import Copy, Reply, Untrusted, named
from connectors.calls import Told, told
from connectors.errors import WillNeverWork
from connectors.rest.sending import Sender
from connectors.safe_xml import UnsafeXml
from connectors.shep.answers import Content, async_content, sync_content
from connectors.shep.messages import (
    HEADERS,
    async_message,
    new_id,
    operation_name,
    sync_message,
)
from connectors.shep.options import ShepConnection, ShepOperation
from connectors.signatures.making import signer_of, verifier_of
from connectors.soap.promptly import check_prompt
from connectors.soap.reading import read
from models.environment.secrets import redact


class ShepClient:
    """Talks to one gateway; serves many threads. Secrets and keys are read when it is made."""

    def __init__(
        self, connection: ShepConnection, folder: Path, tell: Told, held: ExitStack
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._signer = signer_of(connection.sign, folder)
        self._verifier = verifier_of(connection.trust, folder)
        sender = connection.sender.password
        self._password = [escape(sender.resolve())] if sender else []
        self.sender = Sender(connection, folder)
        held.callback(self.sender.close)

    def ask(self, operation: ShepOperation, data: Mapping[str, Any], key: str) -> Reply:
        """Send a message and read its answer.

        Raises:
            NotSent, Unanswered, Untrusted, WillNeverWork: as `Caller.call` has it.
        """
        name = operation.service or operation_name(operation)
        asked = f"Calling {name} on the {operation.channel}hronous channel"
        url = self._url(operation, asked)
        began = monotonic()
        raw = self._written(operation, data, key, asked)
        check_prompt(asked, began)
        with told(self._tell, name) as call:
            status, _, answer = self.sender.send(call, asked, "POST", url, raw, HEADERS)
            reply = self._read(operation, asked, status, answer.body, self._copy(raw))
            if reply.fault is not None:
                call.failure = named(reply.fault.code)
        return reply

    def _url(self, operation: ShepOperation, asked: str) -> str:
        path = self._connection.sync_path
        if operation.channel == "async":
            if self._connection.async_path is None:
                raise WillNeverWork(
                    asked,
                    "the system has no asynchronous channel",
                    "Give `async_path` in the system's connection",
                )
            path = self._connection.async_path
        return self._connection.url + path

    def _written(
        self, operation: ShepOperation, data: Mapping[str, Any], key: str, asked: str
    ) -> bytes:
        sender, at = self._connection.sender, datetime.now(UTC)
        try:
            if operation.channel == "sync":
                number = key if operation.message_id == "key" else new_id()
                envelope = sync_message(operation, sender, number, data, at)
            else:
                envelope = async_message(operation, sender, key, data, at)
        except (ValueError, KeyError) as error:
            raise WillNeverWork(
                asked,
                f"the data cannot be written as a message ({type(error).__name__})",
                "Look at `input` of the step: names and texts that XML can have",
            ) from error
        if self._signer is not None:
            return self._signer.sign(envelope)
        return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))

    def _read(
        self, operation: ShepOperation, asked: str, status: int, raw: bytes, sent: Copy
    ) -> Reply:
        answered = self._copy(raw)
        found = read(asked, status, raw, answered, self._verifier, self._connection.codes.not_done)
        if found.fault is not None:
            content = Content(found.document, found.fault.code, found.fault)
        else:
            try:
                content = self._content(operation, found.body)
            except UnsafeXml as error:
                raise Untrusted(
                    asked,
                    f"an answer that is not read: {error}",
                    "Ask the body what became of it; see with its owner what answered",
                    answered,
                ) from error
        return Reply(
            content.document, content.code, status, sent, answered,
            content.fault, content.reference,
        )  # fmt: skip

    def _content(self, operation: ShepOperation, body: Any) -> Content:
        if operation.channel == "sync":
            return sync_content(body, self._connection.codes, operation.lists)
        return async_content(body, operation_name(operation), operation.lists)

    def _copy(self, raw: bytes) -> Copy:
        secrets = [*self.sender.secrets, *self._password]
        return Copy.of(raw, redact(raw.decode("utf-8", "replace"), secrets))
