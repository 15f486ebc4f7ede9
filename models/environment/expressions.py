"""What a JMESPath expression reads: the paths from the root of its context."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import jmespath

Path = tuple[str, ...]


@lru_cache(maxsize=4096)
def reads(expression: str) -> frozenset[Path]:
    """Every path that the expression follows from the root, as far as it is written out.

    `steps.a.result.b || form.c` reads two. What is inside a projection or a filter is relative
    to its elements, and no path from the root.

    Raises:
        jmespath.exceptions.JMESPathError: it is not an expression.
    """
    found: set[Path] = set()
    _use(jmespath.compile(expression).parsed, (), found)
    return frozenset(found)


def has_alternative(expression: str) -> bool:
    """Whether it says, with `||`, what holds where something is missing."""
    return "||" in expression and _has(jmespath.compile(expression).parsed, "or_expression")


def _has(node: dict[str, Any], kind: str) -> bool:
    return node["type"] == kind or any(
        _has(child, kind) for child in node["children"] if isinstance(child, dict)
    )


def _use(node: dict[str, Any], base: Path | None, found: set[Path]) -> None:
    path = _walk(node, base, found)
    if path:
        found.add(path)


def _walk(node: dict[str, Any], base: Path | None, found: set[Path]) -> Path | None:
    """The path that the node's value has, None where it has none that is written out."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return None if base is None else (*base, node["value"])
    if kind in ("identity", "current"):
        return base
    if kind in ("subexpression", "pipe"):
        return _chain(children, base, found)
    if kind in ("index_expression", "projection", "value_projection", "filter_projection"):
        _use(children[0], base, found)
        for child in children[1:]:
            _use(child, None, found)
        return None
    for child in children:
        if isinstance(child, dict):  # a slice's are numbers
            _use(child, None if kind == "expref" else base, found)
    return None


def _chain(children: Sequence[dict[str, Any]], base: Path | None, found: set[Path]) -> Path | None:
    for child in children:
        ends = child["type"] not in ("field", "identity", "current", "subexpression", "pipe")
        if ends and base:
            found.add(base)
        base = _walk(child, base, found)
    return base
