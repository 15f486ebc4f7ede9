"""The page on stand-in bodies and the sandbox say the same."""

import re

from sandbox.acts.bodies import NAMES
from sandbox.acts.faults import ANSWER, CALL_BACK, DOWN, EXCHANGE, WAYS, XML
from sandbox.cli import build_parser
from tests.docs.markdown import DOCS, blocks, code, named

PAGE = DOCS / "stand-ins.md"


def test_bodies_and_ports() -> None:
    rows = dict(named(PAGE, "stand-in"))["bodies"]
    shown = [(code(row[0]), int(row[1])) for row in rows]
    assert shown == [(name, 8811 + place) for place, name in enumerate(NAMES)]


def test_faults_and_their_ways() -> None:
    rows = dict(named(PAGE, "stand-in"))["faults"]
    shown = {code(row[0]): set(re.findall(r"`(\w+)`", row[2])) - {"seconds"} for row in rows}
    kinds = ANSWER | XML | {CALL_BACK, DOWN, EXCHANGE}
    assert shown == {kind: WAYS.get(kind, set()) for kind in kinds}


def test_commands_are_understood() -> None:
    lines = [line for block in blocks(PAGE) for line in block.text.splitlines()]
    assert len(lines) == 4
    for line in lines:
        words = re.findall(r"'[^']*'|\S+", line.partition("-m sandbox ")[2])
        build_parser().parse_args([word.strip("'") for word in words])


def test_options_are_those_of_the_sandbox() -> None:
    commands = next(each for each in build_parser()._actions if each.choices)
    assert isinstance(commands.choices, dict)
    known = {
        option
        for name in ("acting", "fault")
        for action in commands.choices[name]._actions
        for option in action.option_strings
    }
    named_ = re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE.read_text(encoding="utf-8"))
    assert named_
    assert set(named_) <= known
