"""Runbooks in the console: what an alert means, whether it is true, what to do."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.language import SOURCE
from console.web.site import Here, goes_to, none_of
from flows.alerts.naming import snake

router = APIRouter(prefix="/alerts/runbooks")
FOLDER = Path(__file__).parents[4] / "docs" / "runbooks"
_NEIGHBOUR = re.compile(r"(\w+)\.md(#.*)?")


@dataclass(frozen=True)
class Part:
    """One part of a runbook: its heading in the runbook's language, and its text as HTML."""

    heading: str
    body: Markup


@dataclass(frozen=True)
class Runbook:
    """One runbook: the alert's name, its file's, the language that it is in, and its parts.

    `parts` are by their headings in English, whatever the language is.
    """

    title: str
    name: str
    language: str
    before: Markup
    parts: dict[str, Part]


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Every runbook by the alert's name."""
    return site.render(person, "alerts/runbooks.html", books=_all(SOURCE))


@router.get("/{name}")
def one(site: Here, name: str, person: Annotated[Person, reading("see")]) -> Response:
    """One runbook, by the alert's name or the file's."""
    found = runbook(name, site.speaker(person).language)
    if found is None:
        raise none_of(name)
    if found.name != name:
        return goes_to(f"/alerts/runbooks/{found.name}")
    return site.render(person, "alerts/runbook.html", book=found)


def runbook(name: str, language: str = SOURCE) -> Runbook | None:
    """The runbook of an alert, by its name (`SystemDown`) or its file's (`system_down`).

    In the language, or in English where there is none in it.
    """
    called = snake(name)
    return _all(language).get(called) or _all(SOURCE).get(called)


@cache
def _all(language: str) -> dict[str, Runbook]:
    folder = FOLDER if language == SOURCE else FOLDER / language
    found = [_read(path, language) for path in sorted(folder.glob("*.md"))]
    return {each.name: each for each in found}


def _read(path: Path, language: str) -> Runbook:
    title, before, parts = _split(path)
    known = parts if language == SOURCE else _split(FOLDER / path.name)[2]
    return Runbook(
        title,
        path.stem,
        language,
        as_html(before),
        {
            named: Part(heading, as_html(body))
            for (named, _), (heading, body) in zip(known, parts, strict=True)
        },
    )


def _split(path: Path) -> tuple[str, str, list[tuple[str, str]]]:
    """The title, what stands before the first part, and the parts: heading and text of each."""
    whole, *parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    title, _, before = whole.strip().removeprefix("# ").partition("\n")
    split = (part.partition("\n") for part in parts)
    return title.strip(), before, [(heading.strip(), body) for heading, _, body in split]


def as_html(text: str) -> Markup:
    """Escaped but for Markdown; links to other runbooks lead to them here, others are words."""
    reader = MarkdownIt("commonmark", {"html": False})
    reader.add_render_rule("link_open", _link_open)
    reader.add_render_rule("link_close", _link_close)
    return Markup(reader.render(text))


def _link_open(_self: Any, tokens: Any, at: int, _options: Any, env: Any) -> str:
    neighbour = _NEIGHBOUR.fullmatch(str(tokens[at].attrGet("href")))
    leads = neighbour is not None and (FOLDER / f"{neighbour[1]}.md").is_file()
    env.setdefault("leads", []).append(leads)
    return f'<a href="/alerts/runbooks/{neighbour[1]}">' if neighbour and leads else ""


def _link_close(_self: Any, _tokens: Any, _at: int, _options: Any, env: Any) -> str:
    return "</a>" if env["leads"].pop() else ""
