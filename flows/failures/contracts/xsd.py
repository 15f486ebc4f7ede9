"""XML Schema: the fields of elements and types, as far as contracts compare them."""

from collections.abc import Iterable, Iterator
from typing import Any

from flows.failures.contracts.form import DEEPEST, Facet, Fields, joined

XSD = "http://www.w3.org/2001/XMLSchema"
_NUMBERS = frozenset(
    {"byte", "decimal", "double", "float", "int", "integer", "long", "negativeInteger"}
    | {"nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "short"}
    | {"unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"}
)
_TIMES = frozenset(
    {"date", "dateTime", "duration", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "time"}
)

Inside = tuple[str, ...]
"""The types that a field stands within: one of them again is not read again."""

_GLOBAL = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")


def tag(name: str) -> str:
    """The tag of an XML Schema element."""
    return f"{{{XSD}}}{name}"


class Schemas:
    """Every schema of a contract: what they define, by kind and qualified name."""

    def __init__(self, schemas: Iterable[Any]) -> None:
        self.defined: dict[tuple[str, str], Any] = {}
        for schema in schemas:
            target = schema.get("targetNamespace", "")
            for node in schema:
                kind = str(node.tag).removeprefix(f"{{{XSD}}}")
                if kind in _GLOBAL and node.get("name"):
                    self.defined[kind, f"{{{target}}}{node.get('name')}"] = node

    def element(self, name: str, fields: Fields) -> None:
        """Gather the fields of a global element, its own name first."""
        node = self.defined.get(("element", name))
        if node is None:
            fields.add(local(name), Facet(kind="any", required=True))
        else:
            self._element(node, "", True, False, fields, ())

    def type(self, name: str, path: str, fields: Fields) -> None:
        """Gather the fields of a named type at a path."""
        self._of_type(name, path, Facet(kind="any", required=True), fields, ())

    def _element(
        self, node: Any, path: str, required: bool, many: bool, fields: Fields, inside: Inside
    ) -> None:
        required = required and node.get("minOccurs", "1") != "0"
        many = many or node.get("maxOccurs", "1") not in ("0", "1")
        if node.get("ref"):
            name = qualified(node, node.get("ref"))
            node = self.defined.get(("element", name), node)
            path = joined(path, local(name))
        else:
            path = joined(path, node.get("name", "?"))
        kind = "empty or any" if node.get("nillable") in ("true", "1") else "any"
        self._content(node, path, Facet(kind=kind, required=required, many=many), fields, inside)

    def _content(self, node: Any, path: str, facet: Facet, fields: Fields, inside: Inside) -> None:
        """The type of an element or attribute: named, or written inside it."""
        if node.get("type"):
            self._of_type(qualified(node, node.get("type")), path, facet, fields, inside)
            return
        for inner in node:
            if inner.tag == tag("complexType"):
                self._complex(inner, path, facet, fields, inside)
                return
            if inner.tag == tag("simpleType"):
                fields.add(path, self._simple(inner, facet, ()))
                return
        fields.add(path, facet)

    def _of_type(self, name: str, path: str, facet: Facet, fields: Fields, inside: Inside) -> None:
        built_in = _built_in(name)
        if built_in is not None:
            fields.add(path, facet.model_copy(update={"kind": built_in}))
        elif ("simpleType", name) in self.defined:
            fields.add(path, self._simple(self.defined["simpleType", name], facet, (name,)))
        elif ("complexType", name) in self.defined and name not in inside:
            node = self.defined["complexType", name]
            self._complex(node, path, facet, fields, (*inside, name))
        else:  # within itself, or in a schema that was not followed
            again = name in inside
            fields.add(path, facet.model_copy(update={"kind": "object" if again else "any"}))

    def _simple(self, node: Any, facet: Facet, seen: tuple[str, ...]) -> Facet:
        """A simple type: its base's kind, and the values that it allows."""
        values: list[str] = []
        for inner in node:
            if inner.tag == tag("list"):
                return facet.model_copy(update={"kind": "list"})
            if inner.tag == tag("restriction"):
                values = [each.get("value", "") for each in inner.iter(tag("enumeration"))]
                base = qualified(inner, inner.get("base", ""))
                facet = self._simple_base(base, facet, seen)
        if values:
            return facet.model_copy(update={"values": tuple(sorted(set(values)))})
        return facet if facet.kind != "any" else facet.model_copy(update={"kind": "text"})

    def _simple_base(self, base: str, facet: Facet, seen: tuple[str, ...]) -> Facet:
        built_in = _built_in(base)
        if built_in is not None:
            return facet.model_copy(update={"kind": built_in})
        node = self.defined.get(("simpleType", base))
        return facet if node is None or base in seen else self._simple(node, facet, (*seen, base))

    def _complex(self, node: Any, path: str, facet: Facet, fields: Fields, inside: Inside) -> None:
        fields.add(path, facet.model_copy(update={"kind": "object"}))
        if path.count(".") < DEEPEST:
            for inner in node:
                self._particle(inner, path, True, False, fields, inside)

    def _particle(
        self, node: Any, path: str, required: bool, many: bool, fields: Fields, inside: Inside
    ) -> None:
        """What a complex type is made of: sequences, choices, extensions, groups, attributes."""
        kind = str(node.tag).removeprefix(f"{{{XSD}}}")
        if kind == "element":
            self._element(node, path, required, many, fields, inside)
        elif kind == "attribute":
            self._attribute(node, path, fields)
        elif kind == "any":
            fields.add(joined(path, "(any)"), Facet(kind="any"))
        elif kind in ("sequence", "all", "choice", "complexContent", "simpleContent"):
            required = required and kind != "choice" and node.get("minOccurs", "1") != "0"
            many = many or node.get("maxOccurs", "1") not in ("0", "1")
            for inner in node:
                self._particle(inner, path, required, many, fields, inside)
        elif kind in ("extension", "restriction"):
            self._extension(node, path, kind, fields, inside)
        elif kind in ("group", "attributeGroup") and node.get("ref"):
            name = qualified(node, node.get("ref"))
            if (kind, name) in self.defined and name not in inside:
                for inner in self.defined[kind, name]:
                    self._particle(inner, path, required, many, fields, (*inside, name))

    def _extension(self, node: Any, path: str, kind: str, fields: Fields, inside: Inside) -> None:
        base = qualified(node, node.get("base", ""))
        parent = self.defined.get(("complexType", base))
        if kind == "extension" and parent is not None and base not in inside:
            inside = (*inside, base)
            for inner in parent:
                self._particle(inner, path, True, False, fields, inside)
        for inner in node:
            self._particle(inner, path, True, False, fields, inside)

    def _attribute(self, node: Any, path: str, fields: Fields) -> None:
        if node.get("use") == "prohibited":
            return
        required = node.get("use") == "required"
        name = node.get("name") or local(qualified(node, node.get("ref", "?")))
        facet = Facet(kind="text", required=required)
        self._content(node, joined(path, f"@{name}"), facet, fields, ())


def qualified(node: Any, name: str) -> str:
    """A name with its prefix as a name with its namespace."""
    prefix, colon, bare = name.partition(":")
    if not colon:
        return f"{{{node.nsmap.get(None, '')}}}{name}"
    return f"{{{node.nsmap.get(prefix, '')}}}{bare}"


def local(name: str) -> str:
    """A qualified name without its namespace."""
    return name.rpartition("}")[2]


def imports(schema: Any) -> Iterator[str]:
    """The locations of the schemas that this one imports, includes or redefines."""
    for kind in ("import", "include", "redefine"):
        for node in schema.findall(tag(kind)):
            if node.get("schemaLocation"):
                yield node.get("schemaLocation")


def _built_in(name: str) -> str | None:
    if not name.startswith(f"{{{XSD}}}"):
        return None
    bare = local(name)
    if bare in _NUMBERS:
        return "number"
    if bare in _TIMES:
        return "time"
    return {"boolean": "boolean", "anyType": "any", "anySimpleType": "any"}.get(bare, "text")
