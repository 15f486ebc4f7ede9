"""Every alert that the code names has its runbook, where its notice says it is."""

import ast
import re
from pathlib import Path

import pytest

from flows.alerts.naming import snake
from flows.failures.alerting import NAMES
from models.environment.alerts import Notices

ROOT = Path(__file__).resolve().parents[3]
RUNBOOKS = ROOT / Notices().runbooks
LANGUAGES = ["kk", "ru"]
SECTIONS = ["## What it means", "## Is it true?", "## What to do", "## How it ends"]


def fired_in_the_code() -> set[str]:
    """The names given to `Firing(…)` as literals or as constants of the same file."""
    found = set()
    for path in (ROOT / "flows").rglob("*.py"):
        tree = ast.parse(path.read_text())
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Firing":
                named = [each.value for each in node.keywords if each.arg == "name"]
                name = (named or node.args)[:1]
                found |= {each.value for each in name if isinstance(each, ast.Constant)}
                found |= {constants.get(each.id) for each in name if isinstance(each, ast.Name)}
    return {name for name in found if isinstance(name, str)}


@pytest.mark.parametrize(
    "name",
    sorted(
        fired_in_the_code()
        | {"ApplicationOverdue", "ApplicationAtRisk", "PullFailed", "BatchStopped", "SourceStale"}
        | {"RowsQuarantined", "FieldsDrifted", "ReceiverFailing", "UnroutedAlerts"}
        | set(NAMES.values())
    ),
)
def test_each_alert_has_a_runbook(name: str) -> None:
    page = (RUNBOOKS / f"{snake(name)}.md").read_text().splitlines()
    assert page[0] == f"# {name}"
    assert [line for line in page if line.startswith("## ")] == SECTIONS


def targets(page: Path) -> list[Path]:
    links = (link.split(")")[0].split("#")[0] for link in page.read_text().split("](")[1:])
    return [(page.parent / link).resolve() for link in links]


def test_links_between_runbooks_lead_somewhere() -> None:
    pages = list(RUNBOOKS.rglob("*.md"))
    assert len(pages) >= 3 * 24
    for page in pages:
        for target in targets(page):
            assert target.is_file(), f"{page} links to {target}"


def shape(page: Path) -> dict[str, object]:
    """What a translation leaves as it is: commands, keys, links, and how much stands where."""
    written = page.read_text()
    return {
        "title": written.partition("\n")[0],
        "code": sorted(re.findall(r"`[^`]+`", written)),
        "leads to": sorted(target.name for target in targets(page)),
        "parts": [
            (part.count("\n- "), part.count("\n\n"), bool(part.strip()))
            for part in re.split(r"^## .+$", written, flags=re.MULTILINE)
        ],
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_each_says_the_same_in_each_language(page: Path, language: str) -> None:
    translated = RUNBOOKS / language / page.name
    assert shape(translated) == shape(page)
    latin = re.findall(r"[A-Za-z]{3,}", re.sub(r"`[^`]+`|\]\([^)]+\)", "", translated.read_text()))
    cyrillic = re.findall(r"[^\W\d_a-zA-Z]{3,}", translated.read_text())
    assert len(latin) < len(cyrillic) / 5, "it is still in English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_of_nothing(language: str) -> None:
    known = {path.name for path in RUNBOOKS.glob("*.md")}
    assert {path.name for path in (RUNBOOKS / language).iterdir()} == known


@pytest.mark.parametrize(
    ("name", "file"), [("PullFailed", "pull_failed"), ("ApplicationAtRisk", "application_at_risk")]
)
def test_file_names(name: str, file: str) -> None:
    assert snake(name) == file
