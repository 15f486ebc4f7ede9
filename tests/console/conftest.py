"""A small environment on a database of the test's own, and a way to call the command."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.cli import run
from models.database import Database
from tests.environments import files, write

ROWS = """number,service,channel,received_at,completed_at
1,00100101,portal,2026-05-04 10:00,2026-05-05 12:00
2,00100101,portal,2026-05-04 10:00,2026-05-20 12:00
3,00100101,portal,2026-05-04 10:00,
4,99999999,portal,2026-05-04 10:00,
"""
"""On time, late, overdue; and one of a service that the register does not know."""


@dataclass
class Answer:
    """What a call of `tereze` ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)


Tereze = Callable[..., Answer]


def small_environment(folder: Path) -> Path:
    """The environment `test` of Kazakhstan's rules, with a CSV file of four applications."""
    write(folder, files())
    (folder / "data").mkdir()
    (folder / "data" / "applications.csv").write_text(ROWS, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_environment(tmp_path / "environment")


@pytest.fixture
def tereze(
    folder: Path,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Tereze:
    """Call the command in this process, on the small environment."""
    monkeypatch.setenv("TEREZE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEREZE_ENVIRONMENT", str(folder))

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return call
