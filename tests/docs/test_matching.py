"""The page on matching names, read as a reader would."""

import csv
from pathlib import Path

import pytest

from tests.docs.console import Reader
from tests.docs.markdown import DOCS, blocks


def test_the_page_does_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader(monkeypatch, capsys)
    for block in blocks(DOCS / "hidden-services-matching.md"):
        reader.follow(block)
    assert reader.ran
    with (tmp_path / "matched.csv").open(encoding="utf-8", newline="") as stream:
        kinds = [row["kind"] for row in csv.DictReader(stream)]
    assert kinds == ["present", "renamed", "unsure", "renamed", "hidden", "not_judged"]
