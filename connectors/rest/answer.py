"""One answer: its bytes read with a limit, and read as JSON."""

import codecs
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jmespath
import orjson
from jmespath.exceptions import JMESPathError
from requests import Response
from requests.utils import get_encoding_from_headers

from connectors.encodings import likely_encoding, spoken
from connectors.errors import WrongAnswer
from models.environment.secrets import redact

SHOWN = 200  # characters of a wrong answer that an error shows
_BLOCK = 1 << 16


class CutOff(WrongAnswer):
    """The answer is not all JSON, most likely because it was cut off: worth another attempt."""


class TooLong(WrongAnswer):
    """The answer is longer than allowed; `beginning` is what was read of it."""

    def __init__(self, tried: str, found: str, next_step: str, beginning: bytes = b"") -> None:
        super().__init__(tried, found, next_step)
        self.beginning = beginning


@dataclass(frozen=True)
class Answer:
    """What came: `asked` names the request in errors, `url` is where it came from in the end."""

    asked: str
    url: str
    body: bytes
    content_type: str
    charset: str | None
    links: Mapping[str, Any]
    secrets: Sequence[str] = ()

    @property
    def size(self) -> int:
        """Bytes of the body, unzipped."""
        return len(self.body)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the body, unzipped."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def document(self) -> Any:
        """The body as JSON.

        Raises:
            CutOff: it is not complete JSON.
            WrongAnswer: it is something else, such as an HTML page.
        """
        if not self.body.strip():
            raise self.wrong("the answer is empty where JSON was expected")
        if "html" in self.content_type or self.body.lstrip()[:1] == b"<":
            raise self.wrong("the answer is HTML or XML where JSON was expected")
        try:
            return orjson.loads(self._text())
        except orjson.JSONDecodeError as error:
            self._check_utf8()
            raise CutOff(
                self.asked,
                f"the answer is not complete JSON ({error}); it begins {self.beginning!r} and "
                f"has {self.size} bytes",
                "It was most likely cut off; ask the system's owner when it comes again",
            ) from error

    def _text(self) -> bytes | str:
        if self.charset and self._encoding(self.charset) not in ("utf-8", "ascii"):
            try:
                return self.body.decode(self.charset)
            except UnicodeDecodeError as error:
                raise self.wrong(f"the answer is not in the encoding it names ({error})") from error
        return self.body

    def _encoding(self, charset: str) -> str:
        try:
            return codecs.lookup(charset).name
        except LookupError as error:
            raise WrongAnswer(
                self.asked,
                f"the answer is in an encoding that nobody knows: {charset!r}",
                "Ask the system's owner to name a known one, best utf-8",
            ) from error

    def _check_utf8(self) -> None:
        """See whether it is the encoding that makes the answer no JSON.

        Raises:
            WrongAnswer: it is; names the likely one.
        """
        try:
            self.body.decode()
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                return  # cut off inside a letter: what orjson says of it is right
            likely = likely_encoding(self.body[: 1 << 16])
            raise self.wrong(
                f"the answer is not UTF-8 (byte {self.body[error.start]:#04x} at offset "
                f"{error.start}); it looks like {spoken(likely) if likely else 'no encoding'}"
            ) from error

    def find(self, expression: str) -> Any:
        """What the JMESPath expression finds in the document, None where it finds nothing.

        Raises:
            WrongAnswer: the expression cannot be applied to this document.
        """
        try:
            return jmespath.search(expression, self.document)
        except JMESPathError as error:
            raise self.wrong(f"{expression!r} does not fit the answer ({error})") from error

    @property
    def beginning(self) -> str:
        """The first characters, without secrets."""
        return redact(self.body[:_BLOCK].decode(errors="replace"), self.secrets)[:SHOWN]

    def wrong(self, found: str) -> WrongAnswer:
        """The error that this answer is not what was expected; shows its beginning."""
        return WrongAnswer(
            self.asked,
            f"{found}; it begins {self.beginning!r}",
            "Compare with the system's description, and ask its owner what changed",
        )


def read_answer(asked: str, response: Response, max_bytes: int, secrets: Sequence[str]) -> Answer:
    """The answer with its body, read up to the limit.

    Raises:
        TooLong: the body is longer than `max_bytes`.
        requests.RequestException: the connection broke.
    """
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_long(asked, max_bytes)
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_BLOCK):
        size += len(part)
        if size > max_bytes:
            raise _too_long(asked, max_bytes, b"".join(parts))
        parts.append(part)
    return Answer(
        asked=asked,
        url=response.url,
        body=b"".join(parts),
        content_type=response.headers.get("Content-Type", "").lower(),
        charset=_charset(response),
        links=response.links,
        secrets=tuple(secrets),
    )


def _charset(response: Response) -> str | None:
    if "charset=" not in response.headers.get("Content-Type", "").lower():
        return None
    return str(get_encoding_from_headers(response.headers) or "")


def _too_long(asked: str, max_bytes: int, beginning: bytes = b"") -> TooLong:
    return TooLong(
        asked,
        f"the answer is longer than the {max_bytes:,} bytes allowed",
        "Ask for smaller pages (`page.size`), or raise `max_bytes` of the connection",
        beginning,
    )
