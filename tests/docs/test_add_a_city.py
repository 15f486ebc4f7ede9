"""The walkthrough is followed to the letter, against a real database."""

import uuid
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.docs.console import Reader, agrees, forget_environment
from tests.docs.markdown import DOCS, blocks


@pytest.fixture
def reader(
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Reader:
    name = f"docs_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = make_url(postgres_url).set(database=name)
    forget_environment(monkeypatch)
    monkeypatch.setenv("TEREZE_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return Reader(monkeypatch, capfd)


def test_add_a_city_goes_as_the_page_says(reader: Reader) -> None:
    for block in blocks(DOCS / "add-a-city.md"):
        reader.follow(block)
    for part in ("pull", "quarantine release", "check delays", "delays export", "alerts notify"):
        assert any(command.startswith(f"tereze {part}") for command in reader.ran), part
    assert reader.code == 2, "the page ends with the mistake in a file"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("read  9   new 7", "read 9 new 7  ", True),
        ("done in … s", "done in 0.3 s", True),
        ("Done: …", "Done: 72b7", True),
        ("read 9", "read 8", False),
        ("done in … s", "not done in 0.3 s", False),
        ("a.c", "abc", False),
    ],
)
def test_comparison_of_lines(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same
