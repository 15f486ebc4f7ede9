"""`tereze hidden-services match`, without a database or an environment."""

import csv
import json
from pathlib import Path

import pytest

from console.cli import run

REGISTER = "id;name\n1;Выдача паспорта\n2;Регистрация брака\n".encode("cp1251")
OBSERVED = "id,name\na,Регистрация браков\nb,\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "register.csv").write_bytes(REGISTER)
    (tmp_path / "observed.csv").write_text(OBSERVED, encoding="utf-8")
    to = str(tmp_path / "matched.csv")
    return [str(tmp_path / "register.csv"), str(tmp_path / "observed.csv"), "--to", to]


def test_match_tells_and_writes(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hidden-services", "match", *files]) == 0
    said = capsys.readouterr()
    assert "2 observed beside 2 registered" in said.out
    assert "line 3, name: is empty" in said.err
    with Path(files[-1]).open(encoding="utf-8", newline="") as stream:
        assert [row["nearest_id"] for row in csv.DictReader(stream)] == ["2", ""]


def test_match_answers_programs(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hidden-services", "match", *files, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["entries"], said["observed"]) == (2, 2)
    assert said["kinds"] == {"renamed": 1, "not_judged": 1}
    assert said["in_observed"]["count"] == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--base-rate", "2"], "the base rate is 2.0"),
        (["--embedder", "no.such:thing"], "No module named"),
        (["--to", "/no/such/folder/x.csv"], "No such file or directory"),
    ],
)
def test_wrong_use_is_said(
    files: list[str], more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["hidden-services", "match", *files, *more]) in (2, 3)
    assert said in capsys.readouterr().err.replace("\n", " ")


def test_a_twice_given_id_is_named_with_its_lines(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(files[0]).write_text("id,name\n1,a b\n1,c d\n", encoding="utf-8")
    assert run(["hidden-services", "match", *files]) == 2
    assert "1 in lines 2, 3" in capsys.readouterr().err.replace("\n", " ")
    assert not Path(files[-1]).exists()
