"""What a connector that can be told to do something does: one call, one answer, one evidence."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from connectors.calls import Told, untold
from connectors.errors import ConnectorError, RetryLater

_CODE = re.compile(r"(?!.*\d{9})[A-Za-z0-9][\w.:/-]{0,99}|HTTP \d{3}", re.ASCII)
"""What a code looks like: one word, and no number as long as a person's."""


def named(code: str) -> str:
    """The code of a system, for people to read; what is none may be a name, and is left out.

    What definitions compare is the code as it came.
    """
    return code if _CODE.fullmatch(code) else "a code that is none"


@dataclass(frozen=True)
class Copy:
    """A message as it was, with secrets taken out: evidence that can be shown.

    `sha256` is the hex digest and `size` the bytes of the raw message, before anything was
    taken out, so that a copy kept elsewhere can be compared. `text` may be cut; it holds
    personal data.
    """

    text: str
    sha256: str
    size: int

    @classmethod
    def of(cls, raw: bytes, text: str | None = None, longest: int = 100_000) -> "Copy":
        """The copy of a message; `text` is its redacted form where that differs."""
        shown = raw.decode("utf-8", "replace") if text is None else text
        return cls(shown[:longest], hashlib.sha256(raw).hexdigest(), len(raw))


@dataclass(frozen=True)
class Fault:
    """What the protocol itself says went wrong, although an answer came.

    `worked` says whether the body may have done what it was asked: `no` where the protocol rules
    it out (a gateway that did not pass the request on), `maybe` in all other cases. `message` is
    the system's own and can name a person: it is read with the copy of the answer, or not at all.
    """

    code: str
    message: str
    worked: Literal["no", "maybe"]

    @property
    def sentence(self) -> str:
        """What it says, in our words."""
        done = "nothing was done" if self.worked == "no" else "it may have been done"
        return f"it answered {named(self.code)}; {done}"


@dataclass(frozen=True)
class Request:
    """One call. `key` is the idempotency key: the same for every attempt at the same step.

    `operation` has been checked by the connector's `Operation`; `data` is what is sent, as plain
    JSON values; `reply_to` is the address for a call-back, where one is awaited.
    """

    operation: Mapping[str, Any]
    data: Mapping[str, Any]
    key: str
    reply_to: str | None = None


@dataclass(frozen=True)
class Reply:
    """A whole answer, also one that says no.

    `document` is the body's answer as plain JSON values; `code` the code that decides (the
    body's own, else the protocol's, such as SCSS001); `status` the HTTP status; `reference` the
    protocol's own number of the message, where it has one.
    """

    document: Any
    code: str
    status: int
    asked: Copy
    answered: Copy
    fault: Fault | None = None
    reference: str | None = None


class NotSent(RetryLater):
    """The request certainly never reached the body: it may be sent again without asking."""


class Unanswered(RetryLater):
    """The request went out, and no whole answer came: the body may have done it, or not."""


class Untrusted(ConnectorError):
    """An answer came and may not be believed (unsigned, wrongly signed, too long, unreadable).

    The body may have done what it was asked. `answered` is what came, as far as it was read.
    """

    def __init__(
        self, tried: str, found: str, next_step: str, answered: Copy | None = None
    ) -> None:
        super().__init__(tried, found, next_step)
        self.answered = answered


@dataclass(frozen=True)
class CallContext:
    """What a caller is told beside its own options.

    `folder` is the environment's folder: relative paths in YAML start there. `tell` is told of
    every call, for the record of exchanges.
    """

    system: str
    folder: Path
    tell: Told = untold


@runtime_checkable
class Caller(Protocol):
    """One way of telling a system to do something.

    `Connection` checks `connection:` of the system (the same model as for pulling, where the
    connector pulls too), `Operation` checks `operation:` of a step. A caller serves many threads
    at once. It never tries again by itself: that is decided where the intent is kept.
    """

    name: ClassVar[str]
    Connection: ClassVar[type[BaseModel]]
    Operation: ClassVar[type[BaseModel]]

    def __init__(self, connection: Any, context: CallContext) -> None: ...

    def open(self) -> None:
        """Resolve secrets and take what is needed; nothing where it is open already."""
        ...

    def call(self, request: Request) -> Reply:
        """Make the call.

        Raises:
            NotSent: it certainly did not reach the body.
            Unanswered: it went out, and no whole answer came.
            Untrusted: what came may not be believed.
            WillNeverWork: refused before anything was sent, or for credentials.
            ConfigurationError: a secret is missing.
        """
        ...

    def close(self) -> None:
        """Release everything; closing twice is harmless."""
        ...
