"""A WSDL, loaded once for all who ask the same service, with nothing from other hosts."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.rest.redirects import origin
from connectors.safe_xml import UnsafeXml, local, parse
from models.environment.secrets import redact

Fetch = Callable[[str], bytes]
"""The bytes of an address, without following a redirect; raises ConnectorError."""

_MOST = 200  # documents of one WSDL
_KEPT = 32  # services whose WSDL is kept
_NEXT = "Compare it with what the service's owner publishes"


@dataclass(frozen=True)
class Loaded:
    """A service as zeep understands it, and the digests of the documents that say so."""

    client: Any
    digests: dict[str, str]


_known: "OrderedDict[tuple[str, str], Loaded]" = OrderedDict()
_lock = Lock()


def load(location: str, fetch: Fetch) -> Any:
    """A zeep client that is asked to write and to read messages, never to send one.

    A WSDL that was loaded before is not parsed again while all its documents have the same
    digests.

    Raises:
        WrongAnswer: it is no WSDL, or imports something from another host.
        RetryLater, WillNeverWork: a document cannot be had.
    """
    documents = _Documents(location, fetch)
    key = location, _digest(documents.load(location))
    with _lock:
        known = _known.get(key)
        if known is not None and documents.same(known.digests):
            _known.move_to_end(key)
            return known.client
        client = _parsed(location, documents)
        documents.forget()
        _known[key] = Loaded(client, documents.digests)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
        return client


def _parsed(location: str, documents: "_Documents") -> Any:
    import zeep  # 0.3 s, and only for who speaks SOAP

    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, force_https=False)
    try:
        return zeep.Client(location, transport=documents, settings=settings)
    except (RetryLater, WillNeverWork, WrongAnswer):
        raise
    except Exception as error:  # zeep raises what it likes at odd schemas: KeyError, AttributeError
        raise WrongAnswer(
            f"Reading the WSDL {redact(location)}",
            f"it cannot be understood ({type(error).__name__}: {redact(str(error))[:200]})",
            _NEXT,
        ) from error


class _Documents:
    """What zeep takes for its transport: it only loads, and only from where the WSDL is."""

    def __init__(self, home: str, fetch: Fetch) -> None:
        self._home = home
        self._fetch = fetch
        self._contents: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}

    def load(self, url: str) -> bytes:
        """The document's bytes, checked for what XML can do to its reader."""
        if url in self._contents:
            return self._contents[url]
        asked = f"Reading {redact(str(url))}"
        if len(self._contents) >= _MOST:
            raise WrongAnswer(asked, f"the WSDL has more than {_MOST} documents", _NEXT)
        content = self._content(asked, url)
        try:
            root = parse(content)
        except UnsafeXml as error:
            raise WrongAnswer(asked, f"no WSDL: {error}", _NEXT) from error
        if local(root.tag) not in ("definitions", "schema"):
            raise WrongAnswer(asked, f"it is <{local(root.tag)}>, no WSDL 1.1", _NEXT)
        self._contents[url] = content
        self.digests[url] = _digest(content)
        return content

    def same(self, digests: dict[str, str]) -> bool:
        """Whether each of these documents is still the same."""
        return all(_digest(self.load(url)) == digest for url, digest in digests.items())

    def forget(self) -> None:
        """Let go of what only loading needed."""
        self._contents.clear()
        self._fetch = _nothing_more

    def _content(self, asked: str, url: str) -> bytes:
        if _is_remote(self._home):
            if origin(url) != origin(self._home):
                raise WrongAnswer(asked, "it is imported from another host", _NEXT)
            return self._fetch(url)
        folder, path = Path(self._home).resolve().parent, Path(url.removeprefix("file://"))
        if _is_remote(url) or not path.resolve().is_relative_to(folder):
            raise WrongAnswer(asked, "it is imported from outside the WSDL's folder", _NEXT)
        try:
            return path.read_bytes()
        except OSError as error:
            raise WillNeverWork(asked, "the file cannot be read", "Correct its name") from error


def _nothing_more(url: str) -> bytes:
    raise WrongAnswer(f"Reading {redact(url)}", "the WSDL was read before", _NEXT)


def _is_remote(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
