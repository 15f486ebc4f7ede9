"""Is it a service? Each sign in each language, what eases it, and what an environment changes."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.environment import open_environment
from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.likeness import Likeness, Signs
from flows.hidden_services.signs.shipped import shipped, signs_of
from flows.hidden_services.signs.words import Phrases, clauses, words
from models.environment.hidden_services import HiddenServices, Sign
from models.environment.problems import EnvironmentProblems
from models.errors import ConfigurationError
from tests.environments import files, write
from tests.shared import shared

SIGNS = Signs(HiddenServices())


def judged(name: str, language: str = "en", kind: str = "regulation", **fields: Any) -> Likeness:
    return SIGNS.judge(Observed("body", kind, "1", {language: name}, **fields))


def carried(likeness: Likeness) -> dict[str, tuple[str, ...]]:
    return {each.sign: each.evidence for each in likeness.signs}


@pytest.mark.parametrize(
    ("language", "name", "wanted"),
    [
        ("ru", "выдача справки гражданам", {"document", "individual_recipient"}),
        ("ru", "выплата пособия многодетным семьям", {"payment", "individual_recipient"}),
        ("ru", "постановка на учет по заявлению", {"entry", "on_application"}),
        ("ru", "рассмотрение жалоб физических лиц", {"remedy", "individual_recipient"}),
        ("ru", "прием квалификационного экзамена", {"assessment"}),
        ("ru", "плата за пользование, взимается госпошлина", {"fee"}),
        ("kk", "азаматтарға анықтама беру", {"document", "individual_recipient"}),
        ("kk", "жәрдемақы тағайындау", {"payment"}),
        ("kk", "өтініш бойынша рұқсат беру", {"permission", "on_application", "document"}),
        ("kk", "құжаттарды қабылдау және тіркеу", {"entry", "documents", "on_application"}),
        ("en", "issuing of licences to applicants", {"document", "individual_recipient"}),
        ("en", "consulting citizens", {"information", "individual_recipient"}),
        ("ru", "разработка правил выдачи справок", {"normative", "document"}),
        ("ru", "взаимодействие с государственными органами", {"between_bodies"}),
        ("ru", "государственный контроль за перевозками", {"control"}),
        ("ru", "оплата труда работников аппарата", {"internal", "fee"}),
        ("kk", "мемлекеттік органдармен өзара іс-қимыл", {"between_bodies"}),
        ("kk", "қағидаларды әзірлеу және бекіту", {"normative"}),
        ("kk", "анықтама беру қағидаларын бекіту", {"normative", "document"}),
        ("en", "participation in the national report", {"policy"}),
    ],
)
def test_signs_by_language(language: str, name: str, wanted: set[str]) -> None:
    assert carried(judged(name, language)).keys() == wanted


def test_the_evidence_is_the_words_themselves() -> None:
    found = carried(judged("выдача дубликата свидетельства гражданину", "ru"))
    assert found["document"] == ("“выдача”",)
    assert found["individual_recipient"] == ("“гражданину”",)


def test_figures_and_fields_carry_signs_with_what_they_say() -> None:
    found = carried(
        judged("справка", "ru", "fee", fee="2 МРП", documents=["заявление"], term="5 дней",
               volume=120, recipients=90, refused=3)
    )  # fmt: skip
    assert found["fee"] == ("observed as fee", "fee: 2 МРП")
    assert found["documents"] == ("documents: заявление",)
    assert found["individual_recipient"] == ("recipients 90",)
    assert found["repeated"] == ("volume 120",)
    assert found["refusal"] == ("refused 3",)
    assert found["term"] == ("term: 5 дней",)


def test_few_uses_carry_nothing() -> None:
    assert not judged("что-то", "ru", volume=29, recipients=9, refused=0).signs


def test_bodies_served_too_weigh_half_beside_a_person() -> None:
    alone, beside = judged("consulting state bodies"), judged("consulting state bodies, citizens")
    weights = [{s.sign: s.weight for s in each.signs} for each in (alone, beside)]
    assert weights[1]["between_bodies"] == weights[0]["between_bodies"] / 2
    assert beside.probability > alone.probability


def test_what_a_body_does_stands_at_the_head() -> None:
    about = judged(
        "providing advice to citizens who take part, as a public, in the yearly monitoring"
    )
    does = judged("monitoring of citizens")
    assert "control" not in carried(about)
    assert "control" in carried(does)


def test_of_several_deeds_the_one_that_is_a_service_counts() -> None:
    both = judged("determination of the procedure, as well as testing of citizens")
    assert carried(both).keys() == {"assessment", "individual_recipient"}


def test_test_traffic_is_only_what_programs_call() -> None:
    assert "test_traffic" in carried(judged("testService", "en", "operation"))
    assert "test_traffic" not in carried(judged("test of drivers", "en", "regulation"))


def test_an_unknown_language_is_looked_up_in_all() -> None:
    assert "document" in carried(judged("выдача справки", "ky"))


def test_agency_functions_rank_as_a_lawyer_would() -> None:
    """Rules are argued, not fitted: services of the law first, normative work last."""
    with shared("functions/agency_functions.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    ranked = sorted(rows, key=lambda row: -judged(row["name"]).probability)
    first = [row["id"] for row in ranked[:6]]
    assert first[0] == "16.21", "an assessment of citizens, with a conclusion issued"
    assert {"16.6", "16.17", "16.36", "16.65"} <= set(first)
    assert sum(judged(row["name"]).probability >= 0.5 for row in rows) <= 8
    normative = [row for row in rows if row["name"].startswith(("development", "approval of"))]
    assert all(judged(row["name"]).probability < 0.1 for row in normative)


def test_an_environment_changes_what_it_names_and_no_more() -> None:
    settings = HiddenServices(
        signs={
            "fee": Sign(weight=3.0, words={"ky": ["төлөм*"]}),
            "queue": Sign(weight=1.0, basis="a queue is kept", words={"en": ["queue"]}),
        }
    )
    known = signs_of(settings)
    assert known["fee"].weight == 3.0
    assert known["fee"].words["ru"] == shipped()["fee"].words["ru"]
    assert known["fee"].words["ky"] == ["төлөм*"]
    found = Signs(settings).judge(Observed("b", "page", "1", {"en": "queue"}))
    assert "queue" in carried(found)


@pytest.mark.parametrize(
    ("sign", "found"),
    [
        (Sign(words={"en": ["x"]}), "without a weight"),
        (Sign(weight=1.0, basis="b", words={"en": ["*"]}), "begins with no word"),
        (Sign(weight=1.0, basis="b", objects={"en": ["…"]}), "begins with no word"),
        (Sign(weight=1.0, basis="b", eased_by="nobody"), "no sign 'nobody'"),
    ],
)
def test_a_wrong_sign_is_told(sign: Sign, found: str) -> None:
    with pytest.raises(ConfigurationError, match=found):
        signs_of(HiddenServices(signs={"new": sign}))


def test_opening_an_environment_tells_where_a_sign_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, files())
    (tmp_path / "hidden_services.yaml").write_text(
        "signs:\n  fee: {weight: 1}\n  new: {weight: 1}\n"
    )
    with pytest.raises(EnvironmentProblems) as caught:
        open_environment(tmp_path)
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("hidden_services.yaml", 3, "signs.new")


def test_every_shipped_sign_is_whole_and_in_three_languages() -> None:
    for name, sign in shipped().items():
        assert sign.weight, name
        assert sign.basis, name
        assert not sign.words or sign.words.keys() == {"en", "ru", "kk"}, name
        assert not sign.objects or sign.objects.keys() == sign.words.keys(), name


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("issueBirthRecord_v2", ["issue", "birth", "record", "v2"]),
        ("Приём <b>документов</b>", ["прием", "документов"]),
        ("іс-қимыл", ["іс", "қимыл"]),
        ("", []),
        ("<" * 50, []),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


def test_phrases_prefer_the_longest_and_stand_in_order() -> None:
    phrases = Phrases(["state dut*", "state", "within * days"])
    assert list(phrases.find(["a", "state", "duty", "within", "5", "days"])) == [(1, 3), (3, 6)]
    assert list(phrases.find(["states"])) == []


def test_clauses() -> None:
    assert clauses("a; b as well as c") == ["a", "b", "c"]
    assert clauses("") == [""]


@given(st.text(max_size=300), st.sampled_from(["ru", "kk", "en", "xx"]))
def test_any_text_is_judged(text: str, language: str) -> None:
    assert 0 < judged(text, language, "page").probability < 1


def test_a_very_long_name_is_bounded() -> None:
    assert judged("выдача справки " * 100_000, "ru").probability > 0.5
