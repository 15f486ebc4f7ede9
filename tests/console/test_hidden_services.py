"""A day with hidden services by the command: look, list, show, decide, count, bundle."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from models.database import Database
from models.environment.register import Register
from tests.console.conftest import Tereze

FORMS = """number,title,body,documents,uses
f-1,Выдача путевки на любительский лов рыбы гражданам,ECO,удостоверение личности,400
f-2,Регистрация рождения,ECO,,900
f-3,ведет табель рабочего времени аппарата,ECO,,
"""
SOURCE = {
    "source": "office.forms",
    "system": "office",
    "connector": "file",
    "dataset": "observed_functions",
    "request": {"path": "forms.csv"},
    "fields": {
        "kind": {"value": "form"},
        "code": "number",
        "names": {"from": "{ru: title}"},
        "organisation": "body",
        "documents": "documents",
        "volume": "uses",
    },
}
WORDS = ("hidden-services",)


@pytest.fixture
def looked(tereze: Tereze, folder: Path) -> Tereze:
    """Forms are pulled, and candidates were looked for."""
    (folder / "data" / "forms.csv").write_text(FORMS, encoding="utf-8")
    with (folder / "sources" / "forms.yaml").open("w") as stream:
        YAML().dump(SOURCE, stream)
    pulled = tereze("pull", "office.forms", "--json")
    assert (pulled.code, pulled.json["inserted"]) == (0, 3), pulled.err
    return tereze


def test_from_a_form_to_a_register_entry(looked: Tereze, tmp_path: Path) -> None:
    found = looked("check", "hidden-services", "--json")
    assert found.code == 1, found.err
    assert found.json["judged"] == 3, "three forms; that we read them is no function of the body"
    assert looked("check", "hidden-services").code == 0, "nothing is new"
    listed = looked(*WORDS, "list", "--kind", "hidden", "--json")
    assert listed.code == 1
    [fishing] = [each for each in listed.json if "ru" in each["names"]
                 and "путевки" in each["names"]["ru"]]  # fmt: skip
    number = str(fishing["id"])
    shown = looked(*WORDS, "show", number)
    assert "a result that gives a benefit" in shown.out
    assert "revision 0" in shown.out
    for state in ("under_review", "confirmed", "proposed"):
        assert looked(*WORDS, "decide", number, "--to", state, "-m", "as the law has it").code == 0
    file = tmp_path / "entry.yaml"
    done = looked(*WORDS, "decide", number, "--to", "entered", "-m", "order 45", "--service",
                  "00100199", "--draft", str(file))  # fmt: skip
    assert done.code == 0, done.err
    entry = Register.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
    assert "00100199" in entry.services
    [step] = looked(*WORDS, "funnel", "--json").json
    assert (step["confirmed"], step["entered"]) == (1, 1)


def test_who_comes_second_is_told(looked: Tereze) -> None:
    looked("check", "hidden-services")
    number = str(looked(*WORDS, "list", "--json").json[0]["id"])
    first = looked(
        *WORDS, "decide", number, "--to", "rejected", "-m", "no", "--seen", "0", "--json"
    )
    assert (first.code, first.json["became"]) == (0, "rejected")
    second = looked(*WORDS, "decide", number, "--to", "under_review", "-m", "yes", "--seen", "0")
    assert second.code == 1
    assert "made it rejected" in second.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("decide", "1", "--to", "confirmed"),
        ("decide", "99", "--to", "confirmed", "-m", "x"),
        ("show", "99"),
        ("list", "--kind", "nothing"),
        ("list", "--state", "nothing"),
    ],
)
def test_wrong_use(tereze: Tereze, wrong: tuple[str, ...]) -> None:
    assert tereze(*WORDS, *wrong).code == 2


def test_funnel_and_bundles_are_written(looked: Tereze, tmp_path: Path) -> None:
    looked("check", "hidden-services")
    for name in ("funnel.html", "funnel.csv"):
        assert looked(*WORDS, "funnel", "--to", str(tmp_path / name)).code == 0
        assert (tmp_path / name).stat().st_size > 20
    answer = looked(*WORDS, "bundles", "--to", str(tmp_path / "bundles.csv"), "--json")
    assert (answer.code, answer.json["bundles"]) == (0, [])
    assert (tmp_path / "bundles.csv").read_text().startswith("codes,services")
    assert "Bundles, of" in looked(*WORDS, "bundles").out


def test_a_run_is_recorded(looked: Tereze, database: Database) -> None:
    looked("check", "hidden-services")
    engine = database.engine()
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT state, sentence FROM job_runs WHERE job = 'hidden_services'"
        ).all()
    engine.dispose()
    [(state, sentence)] = rows
    assert state == "completed"
    assert "observations judged" in sentence


def test_json_is_json(looked: Tereze) -> None:
    looked("check", "hidden-services")
    number = str(looked(*WORDS, "list", "--all", "--json").json[0]["id"])
    shown = looked(*WORDS, "show", number, "--json")
    assert json.loads(shown.out)["observations"]
