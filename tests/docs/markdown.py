"""What the tests read in a page: fenced blocks, links, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?$(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is marked with, its text."""

    language: str
    title: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    """The page's fenced blocks, in order."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [Block(language, title or None, body.lstrip("\n")) for language, title, body in found]


def links(page: Path) -> list[str]:
    """Where the page's links lead, those in fenced blocks left out."""
    return _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def tables(page: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The page's tables: the line above each (a heading or a comment), and the rows of cells.

    The first row holds the columns' names.
    """
    above, rows = "", []
    for line in [*page.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
            continue
        if rows:
            yield above, [row for row in rows if not set("".join(row)) <= set("-: ")]
            rows = []
        if line.strip():
            above = line.strip()


def named(page: Path, kind: str) -> Iterator[tuple[str, list[list[str]]]]:
    """The rows, without their header, of each table under a comment `<!-- kind: NAME -->`."""
    for above, rows in tables(page):
        found = re.fullmatch(rf"<!-- {kind}: ([\w.]+) -->", above)
        if found:
            yield found[1], rows[1:]


def code(cell: str) -> str:
    """A cell's text without its backticks."""
    return cell.replace("`", "").replace(r"\|", "|").strip()
