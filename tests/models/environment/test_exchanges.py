"""What exchanges.yaml refuses, with the line and what would be right."""

from pathlib import Path
from typing import Any

import pytest

from models.environment.loader import load
from models.environment.problems import EnvironmentProblems
from tests.environments import files, write

X_ROAD = {"url": "https://ss.example/", "client": "KZ/GOV/1/SUB", "server": "KZ/GOV/2/SS1"}
FILES = {"folder": "monitoring"}


def problems(folder: Path, content: dict[str, Any]) -> str:
    contents = files()
    contents["exchanges.yaml"] = content
    with pytest.raises(EnvironmentProblems) as caught:
        load(write(folder, contents))
    return "\n".join(map(str, caught.value.problems))


def source(**changed: Any) -> dict[str, Any]:
    return {"sources": {"ss": {"system": "office", "files": FILES} | changed}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (source(system="ofice"), "no system 'ofice'. Did you mean `office`?"),
        ({"services": {"KZ/GOV/1": "ofice"}}, "no system 'ofice'"),
        (source(x_road=X_ROAD), "exactly one of x_road, files and log"),
        ({"sources": {"ss": {"system": "office"}}}, "exactly one of x_road, files and log"),
        (source(files=None, x_road=X_ROAD | {"client": "KZ/GOV"}), "INSTANCE/CLASS/MEMBER"),
        (source(files=None, x_road=X_ROAD | {"server": "KZ/GOV/2"}), "MEMBER/SERVER"),
        (source(files=None, x_road=X_ROAD | {"url": "ftp://a"}), "does not fit"),
        (source(files={"folder": "a", "path": "../*.gz"}), "does not fit"),
        (source(log={"request": {}, "fields": {"time": "t"}}), "service"),
        ({"sources": {"tereze": {"system": "office", "files": FILES}}}, "our own calls"),
        ({"source": {}}, "Did you mean `sources`?"),
    ],
)
def test_refused(tmp_path: Path, content: dict[str, Any], words: str) -> None:
    told = problems(tmp_path, content)
    assert words in told
    assert "exchanges.yaml:" in told


def test_taken(tmp_path: Path) -> None:
    contents = files()
    contents["exchanges.yaml"] = source() | {"services": {"KZ/GOV/1": "office"}}
    environment = load(write(tmp_path, contents))
    assert environment.exchanges.sources["ss"].files is not None
    assert environment.exchanges.services == {"KZ/GOV/1": "office"}
