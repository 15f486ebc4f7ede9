"""A body's regulation as text: what is a function in it, whatever the numbering and language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hidden_services.observe.numbered import Function, split

RUSSIAN = """Положение об Агентстве

Глава 2. Задачи, права и обязанности, функции

13. Задачи:
1) обеспечение качества;
2) контроль.
14. Права:
1) запрашивать документы у органов;
15. Функции Агентства:
1) разработка правил
и методик;
2) исключен приказом от 1 марта 2020 года;
12-1) выдача:
а) справок о наличии;
б) разрешений на вылов рыбы;
3) прием экзаменов; 4) регистрация лодок;
16. Руководство осуществляется Председателем.
"""
KAZAKH = """3-тарау. Функциялары
17. Агенттіктің функциялары:
1) анықтама беру;
2) 2020 ж. алып тасталды;
2-1) кемені тіркеу.
4-тарау. Құқықтары
18. Құқықтар:
1) сұрату.
"""
ENGLISH = """1. Issuing of hunting permits
2. Registration of boats; including small ones
   that float
3.1 Keeping the list of boatmen.
"""


def texts(written: str) -> list[tuple[str, str]]:
    return [(each.number, each.text) for each in split(written).functions]


def test_only_what_stands_under_functions_counts() -> None:
    assert texts(RUSSIAN) == [
        ("15.1", "разработка правил и методик"),
        ("15.12-1.а", "выдача справок о наличии"),
        ("15.12-1.б", "выдача разрешений на вылов рыбы"),
        ("15.3", "прием экзаменов"),
        ("15.4", "регистрация лодок"),
    ]
    assert split(RUSSIAN).gone == ["15.2"]


def test_a_title_over_functions_counts_where_no_point_does() -> None:
    assert texts(KAZAKH) == [("17.1", "анықтама беру"), ("17.2-1", "кемені тіркеу")]
    assert split(KAZAKH).gone == ["17.2"]


def test_without_headings_every_number_counts() -> None:
    assert texts(ENGLISH) == [
        ("1", "Issuing of hunting permits"),
        ("2", "Registration of boats; including small ones that float"),
        ("3.1", "Keeping the list of boatmen"),
    ]


@pytest.mark.parametrize("written", ["", "   \n\n", "No number at all.", "1)\n2) ;\n3) 12 34"])
def test_what_has_no_words_is_no_function(written: str) -> None:
    assert split(written).functions == []


def test_removal_from_a_register_is_a_function_and_not_a_removed_one() -> None:
    assert texts("1) исключение из реестра по заявлению;") == [
        ("1", "исключение из реестра по заявлению")
    ]


WORD = st.text(st.sampled_from("абвгдежзықәғabcdef"), min_size=2, max_size=12)
FUNCTIONS = st.lists(st.lists(WORD, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12)
NUMBERS = st.sampled_from(["{n})", "{n}.", "5.{n}.", "5.{n})"])


@given(FUNCTIONS, NUMBERS, st.sampled_from([";", ".", ""]), st.booleans())
def test_what_was_numbered_comes_back(
    functions: list[str], form: str, end: str, wrapped: bool
) -> None:
    lines = [f"{form.format(n=n)} {text}{end}" for n, text in enumerate(functions, 1)]
    written = "\n".join(line.replace(" ", "\n", 2).replace("\n", " ", 1) if wrapped else line
                        for line in lines)  # fmt: skip
    assert [each.text for each in split(written).functions] == functions


@given(st.text(max_size=400))
def test_any_text_is_split_without_a_fault_and_loses_no_letter_it_took(written: str) -> None:
    for each in split(written).functions:
        assert isinstance(each, Function)
        assert each.text.strip() == each.text
        assert any(letter.isalpha() for letter in each.text)
