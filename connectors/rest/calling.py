"""Telling a REST system to do something: one request, one answer, one evidence."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

import orjson
from pydantic import BaseModel

from connectors.calling import CallContext, Copy, Fault, Reply, Request, Unanswered, Untrusted
from connectors.calls import Call, told
from connectors.errors import WillNeverWork, WrongAnswer
from connectors.rest.answer import Answer, CutOff
from connectors.rest.operation import RestOperation, Written, write
from connectors.rest.options import RestConnection
from connectors.rest.sending import Sender
from models.environment.secrets import redact

_MAYBE = {408, 409}
"""4xx after which something may have been done: a gateway that gave up waiting, and a conflict
(with what an earlier attempt did, as often as not)."""

_SHOWN = {"content-type", "content-length", "retry-after", "location", "date"}


class RestCaller:
    """Makes calls of one REST system.

    The code of a reply is its HTTP status. The hash of a copy is over the body alone, which is
    what the other side can have kept as well.
    """

    name: ClassVar[str] = "rest"
    Connection: ClassVar[type[BaseModel]] = RestConnection
    Operation: ClassVar[type[BaseModel]] = RestOperation

    def __init__(self, connection: RestConnection, context: CallContext) -> None:
        self.connection = connection
        self.context = context
        self._sender: Sender | None = None

    def open(self) -> None:
        """Resolve secrets; nothing where it is open already.

        Raises:
            ConfigurationError: a secret or a file of certificates is missing.
        """
        if self._sender is None:
            self._sender = Sender(self.connection, self.context.folder, self.context.tell)

    def close(self) -> None:
        """Close the connections; closing twice is harmless."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()

    def call(self, request: Request) -> Reply:
        """Make the call; see `Caller.call` for what it raises."""
        operation = _operation(orjson.dumps(request.operation))
        method, path = operation.method, operation.path
        asked = f"Calling {method} {path} of {self.context.system}"
        sender = self._open_sender(asked)
        written = write(asked, operation, request.data, request.key)
        url = self.connection.url + written.target
        # The path as it is declared: filled in, it may name a person.
        with told(self.context.tell, urlsplit(self.connection.url).path + path) as call:
            heard = sender.send(call, asked, method, url, written.body, written.headers)
            return reply_of(call, method, written, *heard)

    def _open_sender(self, asked: str) -> Sender:
        sender = self._sender  # another thread may close it meanwhile
        if sender is None:
            raise WillNeverWork(asked, "the connector is closed", "Call open() first")
        return sender


@lru_cache(maxsize=1024)
def _operation(written: bytes) -> RestOperation:
    """The operation; a definition has few, and each is called again and again."""
    return RestOperation.model_validate(orjson.loads(written))


def reply_of(
    call: Call,
    method: str,
    written: Written,
    status: int,
    headers: Mapping[str, str],
    answer: Answer,
) -> Reply:
    """What an answer over HTTP is.

    Raises:
        Unanswered: it is not all there.
        Untrusted: it says that all went well, and is not JSON.
    """
    fault = fault_of(status, headers)
    if fault is None and _broke_off(status, headers, answer):
        found = "the answer broke off before its beginning; it may have been done"
        raise Unanswered(answer.asked, found, "Nothing to do if it passes")
    if status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
        call.failure = f"HTTP {status}"
    answered = _answered(status, headers, answer)
    return Reply(
        document=_document(answer, fault is None, answered),
        code=str(status),
        status=status,
        asked=_asked(method, written, answer.secrets),
        answered=answered,
        fault=fault,
    )


def fault_of(status: int, headers: Mapping[str, str]) -> Fault | None:
    """What a status says went wrong; None for 2xx.

    4xx says that the request was refused, but for 408 and 409. 503 with Retry-After invites the
    same request again, so nothing was done (RFC 9110, 15.6.4). After any other 5xx, and after a
    redirect (303 is how some say that it was done), the body may have done it.
    """
    if 200 <= status < 300:
        return None
    refused = 400 <= status < 500 and status not in _MAYBE
    later = status == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in headers
    known = status in HTTPStatus.__members__.values()
    words = HTTPStatus(status).phrase if known else "a status that HTTP does not know"
    return Fault(str(status), words, "no" if refused or later else "maybe")


def _broke_off(status: int, headers: Mapping[str, str], answer: Answer) -> bool:
    """Whether an empty answer can be one that was cut off: nothing says that it is empty."""
    said = "Content-Length" in headers or "Transfer-Encoding" in headers
    return not answer.body and not said and status != HTTPStatus.NO_CONTENT


def _document(answer: Answer, expected: bool, answered: Copy) -> Any:
    """The answer as JSON. An error may come as a page of HTML or with nothing: that is null."""
    if not answer.body.strip():
        return None
    try:
        return answer.document
    except CutOff as error:
        if expected:
            words = f"{error.found}; it may have been done"
            raise Unanswered(error.tried, words, error.next_step) from error
    except WrongAnswer as error:
        if expected:
            raise Untrusted(error.tried, error.found, error.next_step, answered) from error
    return None


def _asked(method: str, written: Written, secrets: Sequence[str]) -> Copy:
    lines = [f"{method} {written.target}"]
    lines += [f"{name}: {value}" for name, value in written.headers.items()]
    body = written.body or b""
    text = "\n".join([*lines, "", body.decode("utf-8", "replace")])
    return Copy.of(body, redact(text, secrets))


def _answered(status: int, headers: Mapping[str, str], answer: Answer) -> Copy:
    lines = [f"HTTP {status}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name.lower() in _SHOWN]
    text = "\n".join([*lines, "", answer.body[:100_000].decode("utf-8", "replace")])
    return Copy.of(answer.body, redact(text, answer.secrets))
