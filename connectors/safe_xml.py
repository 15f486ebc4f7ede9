"""XML from outside: read without anything that can hurt, and written as JSON values.

A DOCTYPE is refused wherever it stands (SOAP 1.1, section 3, forbids it), so there are no
entities to expand and none to fetch. Comments and processing instructions are left out before
anybody reads a text: neither can hide a part of one.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"

_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = {
    b"utf-8", b"utf8", b"us-ascii", b"ascii", b"windows-1251", b"windows-1252", b"iso-8859-1",
    b"iso-8859-5", b"koi8-r",
}  # fmt: skip
"""Encodings in which `<!DOCTYPE` cannot be spelled otherwise."""


class UnsafeXml(ValueError):
    """It is not XML, or XML that is not read."""


def parse(raw: bytes) -> Any:
    """The root of a document.

    Raises:
        UnsafeXml: it is not whole XML, declares a document type, or is in an odd encoding.
    """
    declared = _DECLARED.match(raw)
    if (declared and declared[1].lower() not in _ENCODINGS) or b"\0" in raw:
        raise UnsafeXml("it is in an encoding that is not taken; UTF-8 is")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise UnsafeXml("it declares a document type, which SOAP forbids")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXml(f"it is not whole XML ({error.msg})") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml("it is not XML, or declares a document type")
    return root


def local(tag: object) -> str:
    """The name of a tag without its namespace."""
    return str(tag).rpartition("}")[2]


def as_json(element: Any, lists: Collection[str] = ()) -> Any:
    """An element's content: its text, or an object of its children by their local names.

    A name that comes more than once is a list, as is every name in `lists`. `xsi:nil` is null.
    Attributes but those of XML Schema are there as `@name`; text beside children as `#text`.
    """
    if element.get(f"{{{XSI}}}nil") in ("true", "1"):
        return None
    found: dict[str, Any] = {
        f"@{local(name)}": value
        for name, value in element.attrib.items()
        if not name.startswith(f"{{{XSI}}}")
    }
    many: set[str] = set()
    for child in element:
        _add(found, many, local(child.tag), as_json(child, lists), lists)
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    if not found:
        return text
    if text.strip():
        found["#text"] = text
    return found


def _add(
    found: dict[str, Any], many: set[str], name: str, value: Any, lists: Collection[str]
) -> None:
    if name in many:
        found[name].append(value)
    elif name in found or name in lists:
        many.add(name)
        found[name] = [*([found[name]] if name in found else []), value]
    else:
        found[name] = value


def append(parent: Any, data: Mapping[str, Any], namespace: str | None = None) -> None:
    """Write an object's fields as children, in their order; null is left out.

    Raises:
        ValueError: a name, a text or a list within a list that XML cannot have.
    """
    for name, value in data.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is not None:
                _write(etree.SubElement(parent, _tag(name, namespace)), each, namespace)


def _tag(name: str, namespace: str | None) -> str:
    if "{" in name:
        raise ValueError("a name with a brace would choose its own namespace")
    return f"{{{namespace}}}{name}" if namespace else name


def _write(element: Any, value: Any, namespace: str | None) -> None:
    if isinstance(value, Mapping):
        append(element, value, namespace)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, list | tuple):
        raise ValueError("a list within a list has no form in XML")
    else:
        element.text = str(value)


def texts(element: Any, *names: str) -> Iterator[str | None]:
    """The text of each child by its local name; None where there is none."""
    by_name = {local(child.tag): child for child in element}
    for name in names:
        child = by_name.get(name)
        yield None if child is None else "".join(child.itertext()).strip()
