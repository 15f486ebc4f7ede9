"""What a probe needs of a WSDL 1.1: that it is one, its operations, and how to call one."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.sax.saxutils import escape, quoteattr

from flows.failures.probing.look import Failed
from flows.failures.probing.xml import SOAP, parsed

WSDL = "http://schemas.xmlsoap.org/wsdl/"
BINDING = "http://schemas.xmlsoap.org/wsdl/soap/"


@dataclass(frozen=True)
class Call:
    """A whole SOAP 1.1 request."""

    action: str
    envelope: str


@dataclass(frozen=True)
class Wsdl:
    """Operations by name with their SOAPAction and the element that calls them, where known."""

    operations: Mapping[str, tuple[str, str | None]]


def read(body: bytes) -> Wsdl:
    """The operations of a WSDL.

    Raises:
        Failed: it is not XML, not a WSDL, or has no operation and imports none.
    """
    try:
        root = parsed(body)
    except ValueError as error:
        raise Failed("wsdl", f"the WSDL is not XML ({error})") from error
    if root.tag != f"{{{WSDL}}}definitions":
        raise Failed("wsdl", "what is there is not a WSDL")
    operations = _operations(root, _prefixes(body))
    if not operations and root.find(f"{{{WSDL}}}import") is None:
        raise Failed("wsdl", "the WSDL has no operations")
    return Wsdl(operations)


def call_of(wsdl: Wsdl, operation: str) -> Call:
    """A call without arguments, document/literal.

    Raises:
        Failed: the WSDL does not say how.
    """
    action, element = wsdl.operations.get(operation, ("", None))
    if element is None:
        raise Failed("wsdl", f"the WSDL does not say how to call {operation}")
    namespace, _, name = element[1:].rpartition("}")
    inner = f"<q:{escape(name)} xmlns:q={quoteattr(namespace)}/>"
    envelope = f'<e:Envelope xmlns:e="{SOAP}"><e:Body>{inner}</e:Body></e:Envelope>'
    return Call(action, envelope)


def _prefixes(body: bytes) -> dict[str, str]:
    """Namespaces by prefix; `parsed` has read the body before."""
    try:
        return {prefix: uri for _, (prefix, uri) in iterparse(BytesIO(body), ["start-ns"])}
    except ParseError as error:
        raise Failed("wsdl", f"the WSDL is not XML ({error})") from error


def _operations(root: Element, prefixes: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    elements = {
        message.get("name", ""): part.get("element")
        for message in root.iterfind(f"{{{WSDL}}}message")
        for part in message.iterfind(f"{{{WSDL}}}part")
    }
    actions = {
        bound.get("name", ""): how.get("soapAction", "")
        for bound in root.iterfind(f"{{{WSDL}}}binding/{{{WSDL}}}operation")
        for how in bound.iterfind(f"{{{BINDING}}}operation")
    }
    found = {}
    for each in root.iterfind(f"{{{WSDL}}}portType/{{{WSDL}}}operation"):
        name, asked = each.get("name", ""), each.find(f"{{{WSDL}}}input")
        message = "" if asked is None else asked.get("message", "").rpartition(":")[2]
        found[name] = actions.get(name, ""), _expanded(elements.get(message), prefixes)
    return found


def _expanded(name: str | None, prefixes: Mapping[str, str]) -> str | None:
    """`prefix:name` as `{namespace}name`."""
    if name is None:
        return None
    prefix, _, local = name.rpartition(":")
    return f"{{{prefixes.get(prefix, '')}}}{local}"
