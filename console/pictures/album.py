"""The page in `docs/` that shows the pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTRODUCTION = """\
# The console in pictures

After this page you know what the console looks like: every page of the demo, in a wide window and \
on a telephone. `make pictures` takes them anew. What the pages are for, and who may do what, \
stands in [The web console](console.md).
"""
WIDTHS = {"wide": 640, "narrow": 195}


@dataclass(frozen=True)
class Shot:
    """The pictures of one page."""

    title: str
    template: str
    files: dict[str, str]


def slug(template: str) -> str:
    """A file's name for a route: `/alerts/{fingerprint}` becomes `alerts-fingerprint`."""
    return re.sub(r"[^a-z0-9]+", "-", template.lower()).strip("-") or "today"


def write(page: Path, pictures: Path, shots: Sequence[Shot]) -> None:
    """Write the page; pictures of pages that are no more go away."""
    kept = {name for shot in shots for name in shot.files.values()}
    for file in pictures.glob("*.webp"):
        if file.name not in kept:
            file.unlink()
    folder = pictures.relative_to(page.parent)
    parts = [INTRODUCTION]
    for shot in shots:
        images = "\n".join(
            f'<img alt="{_escaped(shot.title)}, {window}" src="{folder / name}"'
            f' width="{WIDTHS[window]}">'
            for window, name in shot.files.items()
        )
        parts.append(f"## {shot.title}\n\n`{shot.template}`\n\n{images}\n")
    page.write_text("\n".join(parts), encoding="utf-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
