"""One message to a SOAP service and its answer: for steps and for sources alike."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from connectors.calling import Copy, NotSent, Reply, Unanswered, Untrusted
from connectors.calls import Call, Told, told
from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.sending import Sender
from connectors.signatures.making import signer_of, verifier_of
from connectors.soap.options import SoapConnection, SoapOperation
from connectors.soap.promptly import check_prompt
from connectors.soap.reading import read
from connectors.soap.service import Bound
from connectors.soap.values import Misfit
from connectors.soap.wsdl import load
from models.environment.secrets import redact


class SoapClient:
    """Talks to one service; serves many threads. Its WSDL is read at the first message."""

    def __init__(
        self, connection: SoapConnection, folder: Path, tell: Told, held: ExitStack
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._tell = tell
        self._signer = signer_of(connection.sign, folder)
        self._verifier = verifier_of(connection.trust, folder)
        self._lock = Lock()
        self._bound: dict[SoapOperation, Bound] = {}
        self.sender = Sender(connection, folder)
        held.callback(self.sender.close)

    def ask(self, operation: SoapOperation, data: Mapping[str, Any]) -> Reply:
        """Send a message and read its answer.

        Raises:
            NotSent, Unanswered, Untrusted, WillNeverWork: as `Caller.call` has it.
        """
        asked = f"Calling {operation.operation} of {redact(self._connection.url)}"
        began = monotonic()
        bound = self._operation(asked, operation)
        envelope = bound.write(asked, data)
        signer = self._signer
        raw = signer.sign(envelope) if signer else etree.tostring(envelope, encoding="UTF-8")
        check_prompt(asked, began)
        with told(self._tell, operation.operation) as call:
            status, _, answer = self.sender.send(
                call, asked, "POST", self._connection.url, raw, bound.headers
            )
            reply = self._read(asked, bound, status, answer.body, self._copy(raw))
            if reply.fault is not None:
                call.failure = reply.fault.code
        return reply

    def _operation(self, asked: str, operation: SoapOperation) -> Bound:
        with self._lock:
            if operation not in self._bound:
                try:
                    client = load(self._location(), self._fetch)
                except (RetryLater, WrongAnswer) as error:
                    found = f"no WSDL: {error.found}; nothing was sent"
                    raise NotSent(asked, found, error.next_step) from error
                self._bound[operation] = Bound.find(asked, client, operation)
            return self._bound[operation]

    def _location(self) -> str:
        said = self._connection.wsdl
        if said is None:
            return f"{self._connection.url}?wsdl"
        if urlsplit(said).scheme in ("http", "https"):
            return said
        return str(self._folder / said)

    def _fetch(self, url: str) -> bytes:
        asked = f"Reading {redact(url)}"
        try:
            status, _, answer = self.sender.send(Call("wsdl", 0), asked, "GET", url, None, {})
        except Unanswered as error:  # nothing is done by reading
            raise RetryLater(error.tried, error.found, error.next_step) from error
        except Untrusted as error:
            raise WrongAnswer(error.tried, error.found, error.next_step) from error
        if status != 200:
            step = "See that `wsdl` of the connection is the address of the document itself"
            kind = RetryLater if status >= 500 else WillNeverWork
            raise kind(asked, f"the system answered {status}", step)
        return answer.body

    def _read(self, asked: str, bound: Bound, status: int, raw: bytes, sent: Copy) -> Reply:
        answered = self._copy(raw)
        found = read(asked, status, raw, answered, self._verifier)
        if found.fault is not None:
            return Reply(found.document, found.fault.code, status, sent, answered, found.fault)
        try:
            document = bound.read(found.body)
        except Misfit as error:
            raise Untrusted(
                asked,
                f"an answer that is not as the WSDL says ({error})",
                "Compare the answer with the WSDL, and ask the service's owner what changed",
                answered,
            ) from error
        return Reply(document, "OK", status, sent, answered)

    def _copy(self, raw: bytes) -> Copy:
        return Copy.of(raw, redact(raw.decode("utf-8", "replace"), self.sender.secrets))
