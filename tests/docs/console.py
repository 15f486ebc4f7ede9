"""Runs a page like a reader: writes its files, types its commands, compares what comes out."""

import os
import re
import shlex
from pathlib import Path

import pytest

from console import cli
from tests.docs.markdown import Block


def words(line: str) -> str:
    """The line without what only lays it out."""
    return " ".join(line.split())


def agrees(shown: str, printed: str) -> bool:
    """Whether a line of a page is the printed one; `…` stands for anything."""
    pattern = ".*".join(re.escape(words(part)) for part in shown.split("…"))
    return re.fullmatch(pattern, words(printed)) is not None


class Reader:
    """A reader in a folder, with a terminal. What `tereze` prints is captured by `capture`."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.monkeypatch = monkeypatch
        self.capture = capture
        self.code = 0
        self.ran: list[str] = []

    def follow(self, block: Block) -> None:
        """Write the block's file, or type its commands."""
        if block.title is not None:
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = session.partition("\n")
                self.types(command, shown.splitlines())

    def types(self, command: str, shown: list[str]) -> None:
        """Run the command; every line of the page, in order and no other, has to come out."""
        printed = [line for line in self._run(command).splitlines() if line.strip()]
        expected = [line for line in shown if line.strip()]
        listing = "\n".join(printed)
        assert len(printed) == len(expected), f"$ {command}\n{listing}"
        for want, got in zip(expected, printed, strict=True):
            assert agrees(want, got), f"$ {command}\n{listing}\n\nthe page has\n{want}"

    def _run(self, command: str) -> str:
        name, *arguments = shlex.split(command)
        self.ran.append(command)
        if name == "tereze":
            self.capture.readouterr()
            self.code = cli.run(arguments)
            out, err = self.capture.readouterr()
            return out + err
        if name == "export":
            variable, _, value = arguments[0].partition("=")
            self.monkeypatch.setenv(variable, value)
            return ""
        if command.startswith("mkdir -p "):
            for folder in arguments[1:]:
                Path(folder).mkdir(parents=True, exist_ok=True)
            return ""
        if command == "echo $?":
            return str(self.code)
        assert name == "cat", f"a command that this test does not know: {command}"
        return "".join(Path(each).read_text(encoding="utf-8") for each in arguments)


def forget_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every variable of Tereze that the tests' own process may have."""
    for name in [name for name in os.environ if name.startswith("TEREZE_")]:
        monkeypatch.delenv(name)
