"""The catalogs know the sentences as the code words them: whoever rewords one has to tell them."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import expectations
from expectations.rules import RowRule
from flows.speaking.catalogs import languages, templates
from flows.speaking.sentences import said

FLOWS = Path(__file__).resolve().parents[3] / "flows"
MODULES = sorted(
    path
    for folder in ("failures/probing", "failures/data", "failures/exchanges/judging")
    for path in (FLOWS / folder).rglob("*.py")
) + [
    FLOWS / name
    for name in (
        *("failures/gaps.py", "failures/late.py", "failures/too.py", "failures/undeclared.py"),
        *("failures/unseen.py", "failures/contracts/diff.py", "failures/contracts/effect.py"),
        *("failures/contracts/verdicts.py", "delays/looking.py", "delays/breaches.py"),
        *("ingest/tell.py", "ingest/drift.py", "ingest/report.py", "alerts/attempts.py"),
        *("alerts/dead_man.py", "alerts/notices.py", "delays/reviews/causes.py", "runs.py"),
    )
]
NAMED = {"sentence", "words", "found", "used", "counted", "REASONS", "BY_RULE", "SENTENCES"}
"""What sentences are called where they are made."""
MAKERS = {"Failed", "CouldNotLook", "Seen", "_good", "says", "_resolve", "told", "_whole"}


def worded() -> dict[str, str]:
    """Pieces of sentences that stand in the code, by where they do."""
    found = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for value in _made(node):
                for piece in _pieces(value):
                    found[piece] = f"{path.relative_to(FLOWS)}:{value.lineno}"
    return found


def _made(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {each.id for target in targets for each in ast.walk(target)
                 if isinstance(each, ast.Name)}  # fmt: skip
        if names & NAMED:
            yield node.value
    elif isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg == "sentence")
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
            yield from node.args


def _pieces(value: ast.expr) -> Iterator[str]:
    """Literal text of three words or more: less may stand anywhere."""
    for each in ast.walk(value):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            for piece in re.split(r"\{\}", each.value):
                words = re.sub(r"^\s*s\b", "", piece).strip(" .:;,()`'\"")  # a number's unit
                if words.count(" ") >= 2 and not re.search("[%{]|SELECT", words):
                    yield words


@pytest.mark.parametrize("language", languages())
def test_every_wording_has_its_template(language: str) -> None:
    known = " \n ".join(
        "\0".join(literal for literal, *_ in Formatter().parse(template.english))
        for group in templates(language).values()
        for template in group
    ).lower()
    pieces = worded()
    assert len(pieces) > 120, "the code is not found any more"
    missing = {piece: at for piece, at in pieces.items() if piece.lower() not in known}
    assert missing == {}


def rules() -> list[RowRule]:
    """The rules of all datasets that are written down, but those that an environment makes."""
    found = []
    for _, name, _ in pkgutil.iter_modules(expectations.__path__):
        for value in vars(importlib.import_module(f"expectations.{name}")).values():
            many = value if isinstance(value, tuple | list) else [value]
            found += [each for each in many if isinstance(each, RowRule)]
    return found


@pytest.mark.parametrize("language", languages())
def test_every_rule_of_a_row_is_said(language: str) -> None:
    assert len(rules()) > 20
    for rule in rules():
        for written in (rule.text, f"{rule.text}: what: is «wrong»"):
            assert said(written, language).language == language, rule.text
