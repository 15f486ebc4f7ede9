"""Every alert that the code names has its runbook, where its notice says it is."""

import ast
from pathlib import Path

import pytest

from flows.alerts.words import snake
from flows.failures.alerting import NAMES
from models.environment.alerts import Notices

ROOT = Path(__file__).resolve().parents[3]
RUNBOOKS = ROOT / Notices().runbooks
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


def test_links_between_runbooks_lead_somewhere() -> None:
    pages = {path.name: path.read_text() for path in RUNBOOKS.glob("*.md")}
    assert len(pages) >= 9
    for name, page in pages.items():
        for link in page.split("](")[1:]:
            target = link.split(")")[0].split("#")[0]
            assert (RUNBOOKS / target).resolve().is_file(), f"{name} links to {target}"


@pytest.mark.parametrize(
    ("name", "file"), [("PullFailed", "pull_failed"), ("ApplicationAtRisk", "application_at_risk")]
)
def test_file_names(name: str, file: str) -> None:
    assert snake(name) == file
