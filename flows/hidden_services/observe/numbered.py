"""A body's regulation as text, split into its numbered functions.

Kazakhstan's regulations number points `16.`, functions in a point `1)`, functions put in later
`12-1)`, and parts of a function `а)`; others number `16.1.` throughout. All of it is understood in
Russian, Kazakh and English.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_INLINE = re.compile(r"(?<=[;:])[ \t]+(?=\d{1,3}(?:-\d{1,2})?\)\s)")
_MARKER = re.compile(
    r"\s*(?:(?P<dotted>\d{1,3}(?:\.\d{1,3})+(?:-\d{1,2})?)[.)]?(?=\s)"
    r"|(?P<point>\d{1,3}(?:-\d{1,2})?)\.(?=\s)"
    r"|(?P<item>\d{1,3}(?:-\d{1,2})?)\)"
    r"|(?P<letter>[^\W\d_])\)"
    r"|(?P<dash>[-–—•*])(?=\s))\s*"
)
_FUNCTIONS = re.compile(r"\bfunctions?\b|\bфункци|\bфункция", re.IGNORECASE)
_TITLE = re.compile(
    r"\s*(?:chapter|section|article|глава|раздел|статья|\d{1,3}\s*-\s*(?:тарау|бөлім)|[IVXLC]+\.)",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:исключен[аоы]?|утратил[аи]? силу|алып тасталды|күші жойылды|excluded|repealed)\b",
    re.IGNORECASE,
)
_SHORT = 120
"""Characters: what says only that a number stands for nothing any more is no longer."""
_RANK = {"point": 0, "dotted": 1, "item": 1, "letter": 2, "dash": 3}


@dataclass(frozen=True)
class Function:
    """One numbered function: its number in the text, `16.12-1` for instance, and its words."""

    number: str
    text: str


@dataclass
class Split:
    """The functions of a regulation, and the numbers that stand for nothing any more."""

    functions: list[Function] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass
class _Node:
    rank: int
    number: str
    text: str
    title: str
    children: int = 0
    above: "_Node | None" = None


def split(text: str) -> Split:
    """The functions in the order of the text.

    Where headings say which part lists the functions, only that part counts: tasks, rights and
    duties are numbered, too. A part of a function carries the words it depends on: `issue of: a)
    permits` is `issue of permits`. What has no words is none.
    """
    nodes = [node for node in _nodes(text) if not node.children or node.rank]
    chosen = _listed_functions(nodes)
    found = Split()
    for node in chosen:
        words = _words(node)
        if len(words) <= _SHORT and _GONE.search(words):
            found.gone.append(node.number)
        elif not (node.children and node.text.rstrip().endswith(":")) and re.search(
            r"[^\W\d_]", words
        ):
            found.functions.append(Function(node.number, words))
    return found


def _nodes(text: str) -> list[_Node]:
    nodes: list[_Node] = []
    title = ""
    for line in _lines(text):
        marker = _MARKER.match(line)
        if marker is None:
            if _is_title(line, nodes):
                title = line
            elif nodes:
                nodes[-1].text = f"{nodes[-1].text} {line.strip()}".strip()
            continue
        kind = marker.lastgroup or "dash"
        above = _above(nodes, kind, marker[kind])
        number = _number(marker[kind], kind, above)
        nodes.append(_Node(_RANK[kind], number, line[marker.end() :].strip(), title, 0, above))
        if above is not None:
            above.children += 1
    return nodes


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (part for part in _INLINE.sub("\n", line).split("\n") if part.strip())


def _is_title(line: str, nodes: list[_Node]) -> bool:
    """A line without a number that begins a part: it goes on from nothing that is unfinished."""
    if _TITLE.match(line):
        return True
    finished = not nodes or nodes[-1].text.rstrip().endswith((".", ";"))
    return finished and line.rstrip().endswith(":")


def _above(nodes: list[_Node], kind: str, written: str) -> _Node | None:
    """What the new number belongs to: the last of a higher rank; `16` where it is `16.1`."""
    rank, wanted = _RANK[kind], written.rpartition(".")[0] if kind == "dotted" else None
    return next(
        (node for node in reversed(nodes) if node.rank < rank and wanted in (None, node.number)),
        None,
    )


def _number(written: str, kind: str, above: _Node | None) -> str:
    if kind in ("point", "dotted") or above is None:
        return written if kind != "dash" else "1"
    if kind == "dash":
        return f"{above.number}.{above.children + 1}"
    return f"{above.number}.{written}"


def _listed_functions(nodes: list[_Node]) -> list[_Node]:
    """What stands under a point that names functions; else under such a title; else all of it.

    Titles come second: `Tasks, rights and functions` is one over all three.
    """
    under_points = [node for node in nodes if any(map(_FUNCTIONS.search, _points_over(node)))]
    under_titles = [node for node in nodes if _FUNCTIONS.search(node.title)]
    return under_points or under_titles or nodes


def _points_over(node: _Node) -> Iterator[str]:
    over = node.above
    while over is not None:
        if over.rank == 0:
            yield over.text
        over = over.above


def _words(node: _Node) -> str:
    """Its text, after that of the function it is a part of."""
    words = node.text.strip().rstrip(";.").strip()
    above = node.above
    if above is not None and above.rank and above.text.rstrip().endswith(":"):
        return f"{_words(above).rstrip(': ')} {words}"
    return words
