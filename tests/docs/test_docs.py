"""What the pages say holds: links, YAML, rules, commands, datasets."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from console.cli import app
from tests.docs.markdown import DOCS, PAGES, Block, blocks, code, links, named, tables
from tests.docs.rules import batch_rules, exchange_rules, row_rules

NAMES = [str(page.relative_to(DOCS)) for page in PAGES]
YAML_BLOCKS = [
    (page, block) for page in PAGES for block in blocks(page) if block.language == "yaml"
]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def mentions(page: Path) -> list[str]:
    """The commands that the page speaks of, without `tereze`."""
    return re.findall(r"`tereze ([^`]+)`", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_page_is_reached_from_the_first(page: Path) -> None:
    first = DOCS / "README.md"
    reached = {first, *((DOCS / link).resolve() for link in links(first))}
    assert page in reached


@pytest.mark.parametrize(("page", "block"), YAML_BLOCKS)
def test_every_yaml_block_is_yaml(page: Path, block: Block) -> None:
    assert isinstance(YAML(typ="safe").load(block.text), dict), page.name


def test_rules_are_those_of_the_code() -> None:
    shown = {
        name: [[code(cell) for cell in row] for row in rows]
        for name, rows in named(DOCS / "rules.md", "rules")
    }
    wanted = {"batch": batch_rules(), **row_rules(), "exchanges": exchange_rules()}
    assert shown == wanted, "`python -m tests.docs.rules` prints the tables as they have to be"


def commands(group: Any, words: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every command by its words, `alerts list` for instance."""
    if not hasattr(group, "commands"):
        return {" ".join(words): group}
    found: dict[str, Any] = {}
    for name, each in group.commands.items():
        found |= commands(each, (*words, name))
    return found


def test_operations_lists_every_command_and_no_other() -> None:
    known = commands(get_command(app))
    wanted = "## Every command"
    rows = next(rows for above, rows in tables(DOCS / "operations.md") if above == wanted)
    listed = {match for row in rows for match in known if _names(row[0], match)}
    assert listed == known.keys()
    assert len(rows) - 1 == len(known)


def _names(cell: str, command: str) -> bool:
    return re.match(rf"`tereze {command}\b", cell) is not None


def test_every_option_that_pages_name_is_one() -> None:
    known = {
        option
        for command in commands(get_command(app)).values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--environment", "--json", "--help"}
    for page in set(PAGES) - {DOCS / "stand-ins.md"}:  # of another command: test_stand_ins.py
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", page.read_text(encoding="utf-8")):
            assert option in known, f"{page.name} names {option}"


MENTIONS = sorted(
    {(str(page.relative_to(DOCS)), mention) for page in PAGES for mention in mentions(page)}
)


@pytest.mark.parametrize(("page", "mention"), MENTIONS)
def test_every_command_that_pages_name_is_one(page: str, mention: str) -> None:
    known = commands(get_command(app))
    named_ = [name for name in known if re.match(rf"{name}\b", mention)]
    groups = {name.split()[0] for name in known}
    assert named_ or mention in groups, f"{page} names `tereze {mention}`"
    for name in named_:
        if mention == name:  # spoken of, not shown how it is typed
            continue
        for parameter in known[name].params:
            if parameter.required and parameter.opts[0].startswith("--"):
                given = any(option in mention for option in parameter.opts)
                assert given, f"{page}: `tereze {mention}` needs {parameter.opts[0]}"
