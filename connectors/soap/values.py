"""An answer's content as plain JSON values, guided by the schema of the WSDL.

What may come several times is a list, also with one thing or none in it; truth values are true and
false, whole numbers are numbers. All else is a text as it was written: a decimal number keeps every
digit, a moment its offset. What the schema does not know is read as it comes and is not lost.
"""

from typing import Any

from connectors.safe_xml import XSI, as_json, local


class Misfit(ValueError):
    """An answer that is not as the WSDL says."""


def content(element: Any, kind: Any) -> Any:
    """The content of an XML element of this type (of zeep's).

    Raises:
        Misfit: a value is not of its type; names the field, and not the value.
    """
    if element.get(f"{{{XSI}}}nil") in ("true", "1"):
        return None
    if not hasattr(kind, "elements"):
        return _simple(element, kind)
    known = {local(each.qname or name): each for name, each in kind.elements if _is_element(each)}
    if not known or (len(element) == 0 and (element.text or "").strip()):
        return as_json(element)
    found: dict[str, Any] = {}
    for child in element:
        name = local(child.tag)
        if name in known:
            _add(found, name, content(child, known[name].type), known[name].accepts_multiple)
        else:
            _add(found, name, as_json(child), many=False)
    return {name: [] for name, each in known.items() if each.accepts_multiple} | found


def _is_element(each: Any) -> bool:
    return getattr(each, "qname", None) is not None


def _add(found: dict[str, Any], name: str, value: Any, many: bool) -> None:
    if many:
        found.setdefault(name, []).append(value)
    elif name in found:  # a sequence that repeats as a whole
        before = found[name]
        found[name] = [*(before if isinstance(before, list) else [before]), value]
    else:
        found[name] = value


def _simple(element: Any, kind: Any) -> Any:
    from zeep.xsd.types import builtins

    value = as_json(element)
    if not isinstance(value, str):  # with children where the schema has none
        return value
    text = value.strip()
    if isinstance(kind, builtins.Boolean):
        if text not in ("true", "false", "1", "0"):
            raise Misfit(f"{local(element.tag)} is no truth value")
        return text in ("true", "1")
    if isinstance(kind, builtins.Integer):
        digits = text.removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()):
            raise Misfit(f"{local(element.tag)} is no whole number")
        return int(text)
    return value
