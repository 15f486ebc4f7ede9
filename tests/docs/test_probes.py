"""The page on probes has every reason that the code gives, and no other."""

import re
from pathlib import Path

import flows.failures.probing as probing
from connectors import network_words
from flows.failures import side
from tests.docs.markdown import DOCS, code, tables

_GIVEN = re.compile(
    r'(?:\bFailed|CouldNotLook)\(\s*"(\w+)"'
    r'|[:=] \("(\w+)", "(?=\w+ )'
    r'|return "(\w+)", '
)
_JUDGED = {"slow", "certificate_ends", "certificate_broken", "connection", "own_network"}
"""Given in other ways than by raising a failure of this name."""


def test_reasons() -> None:
    [folder] = probing.__path__
    paths = [*Path(folder).rglob("*.py"), Path(network_words.__file__), Path(side.__file__)]
    found = set(_JUDGED)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        found |= {next(filter(None, each)) for each in _GIVEN.findall(text)}
    page = DOCS / "failures" / "probes.md"
    rows = next(rows for above, rows in tables(page) if above == "## Reasons")
    listed = [code(row[0]) for row in rows[1:]]
    assert listed == sorted(listed)
    assert set(listed) == found
    assert {word for path in paths for word in _words(path)} >= _JUDGED


def _words(path: Path) -> set[str]:
    return set(re.findall(r'"(\w+)"', path.read_text(encoding="utf-8")))
