"""WSDL 1.1: operations with their messages, read by lxml with nothing of XML that can hurt."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lxml import etree

from flows.failures.contracts.form import Budget, Facet, Fields, Form, Operation, Unreadable, joined
from flows.failures.contracts.xsd import XSD, Schemas, imports, local, qualified, tag

WSDL = "http://schemas.xmlsoap.org/wsdl/"
_WSDL_2 = "http://www.w3.org/ns/wsdl"
_ASK = "Ask the owner for the address of the WSDL"

Fetch = Callable[[str, str], tuple[str, bytes] | None]
"""From a document's address and a location in it to the address and bytes of that one; None where
it is not followed."""


def read_wsdl(url: str, body: bytes, fetch: Fetch) -> Form:
    """The normal form of a WSDL and of what it imports.

    Raises:
        Unreadable: it is not XML, not a WSDL 1.1, has a DOCTYPE, or too many fields.
        ConnectorError: something that it imports cannot be read.
    """
    documents = _Documents(fetch)
    documents.add(url, body)
    if not documents.definitions:
        raise Unreadable(f"Reading {url}", "it is no WSDL 1.1", _ASK)
    schemas, budget = Schemas(documents.schemas), Budget()
    messages = dict(_messages(documents.definitions))
    operations = {}
    for name, node in _operations(documents.definitions):
        asked = f"Reading {name} of {url}"
        sides = {}
        for kind in ("input", "output"):
            fields = Fields(asked, budget)
            for each in node.findall(f"{{{WSDL}}}{kind}"):
                message = messages.get(qualified(each, each.get("message", "")))
                _message(message, schemas, fields)
            sides[kind] = fields.found
        operations[name] = Operation(input=sides["input"], output=sides["output"])
    if not operations:
        raise Unreadable(f"Reading {url}", "the WSDL has no operation", _ASK)
    addresses = tuple(sorted(set(_addresses(documents.definitions))))
    notes = tuple(sorted(documents.not_followed))
    return Form(operations=operations, addresses=addresses, notes=notes)


def parse(url: str, body: bytes) -> Any:
    """The root of an XML document, without anything that it names elsewhere.

    Raises:
        Unreadable: it is not XML, or has a DOCTYPE (entities come from there).
    """
    asked = f"Reading {url}"
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if b"<!ENTITY" in body:  # before anything is expanded; other encodings are seen below
        raise Unreadable(asked, "it defines entities, which may stand for anything", _ASK)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(asked, f"it is not whole XML ({error.msg})", _ASK) from error
    if root is None or root.getroottree().docinfo.doctype:
        raise Unreadable(asked, "it has a DOCTYPE, as pages for people have", _ASK)
    return root


class _Documents:
    """A WSDL with everything that it imports, each document once."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._seen: set[str] = set()
        self.definitions: list[Any] = []
        self.schemas: list[Any] = []
        self.not_followed: set[str] = set()

    def add(self, url: str, body: bytes) -> None:
        waiting = [(url, body)]
        self._seen.add(url)
        while waiting:
            here, content = waiting.pop()
            for location in self._take(here, parse(here, content)):
                found = self._fetch(here, location)
                if found is None:
                    self.not_followed.add(f"not followed: {location}")
                elif found[0] not in self._seen:
                    self._seen.add(found[0])
                    waiting.append(found)

    def _take(self, url: str, root: Any) -> Iterator[str]:
        if root.tag == tag("schema"):
            self.schemas.append(root)
            yield from imports(root)
        elif root.tag == f"{{{WSDL}}}definitions":
            self.definitions.append(root)
            for schema in root.iterfind(f"{{{WSDL}}}types/{{{XSD}}}schema"):
                self.schemas.append(schema)
                yield from imports(schema)
            for node in root.iterfind(f"{{{WSDL}}}import"):
                if node.get("location"):
                    yield node.get("location")
        else:
            name = "a WSDL 2.0" if _WSDL_2 in str(root.tag) else f"<{local(str(root.tag))}>"
            raise Unreadable(f"Reading {url}", f"it is {name}, not a WSDL 1.1", _ASK)


def _messages(definitions: list[Any]) -> Iterator[tuple[str, Any]]:
    for root in definitions:
        for node in root.iterfind(f"{{{WSDL}}}message"):
            yield f"{{{root.get('targetNamespace', '')}}}{node.get('name')}", node


def _operations(definitions: list[Any]) -> Iterator[tuple[str, Any]]:
    """Operations by name; by port type and name where two port types have one of that name."""
    found = [
        (port.get("name", "?"), node)
        for root in definitions
        for port in root.iterfind(f"{{{WSDL}}}portType")
        for node in port.iterfind(f"{{{WSDL}}}operation")
    ]
    counted = Counter(node.get("name", "?") for _, node in found)
    for port, node in found:
        name = node.get("name", "?")
        yield name if counted[name] == 1 else f"{port}.{name}", node


def _message(message: Any, schemas: Schemas, fields: Fields) -> None:
    if message is None:
        return
    for part in message.iterfind(f"{{{WSDL}}}part"):
        if part.get("element"):
            schemas.element(qualified(part, part.get("element")), fields)
        elif part.get("type"):
            schemas.type(qualified(part, part.get("type")), part.get("name", "?"), fields)
        else:
            fields.add(joined("", part.get("name", "?")), Facet(kind="any"))


def _addresses(definitions: list[Any]) -> Iterator[str]:
    for root in definitions:
        for node in root.iterfind(f"{{{WSDL}}}service/{{{WSDL}}}port/*"):
            if local(str(node.tag)) == "address" and node.get("location"):
                yield bare(node.get("location"))


def bare(address: str) -> str:
    """An address without user, password and query."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
