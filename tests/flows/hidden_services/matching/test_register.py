"""What a register answers: nearest entries, kinds, words."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.register import Register
from models.errors import ConfigurationError

SERVICES = (
    Entry("birth", "Registration of a birth", ("Регистрация рождения ребенка",)),
    Entry("marriage", "Registration of a marriage", ("Регистрация брака",)),
    Entry("driving", "Issue of a driving licence", ("Выдача водительского удостоверения",)),
    Entry("hunting", "Issue of a hunting permit", ("Выдача разрешения на охоту",)),
    Entry("pension", "Award of the old age pension", ("Назначение пенсии по возрасту",),
          "A monthly payment to people who have stopped working.", "Ministry of Labour"),
    Entry("house", "Permit to build a house", ("Разрешение на строительство дома",)),
    Entry("school", "Enrolment of a child in school", ("Зачисление ребенка в школу",)),
    Entry("land", "Sale of agricultural land", ("Продажа сельскохозяйственной земли",)),
)  # fmt: skip
REGISTER = Register.from_rows(SERVICES)


def ask(*names: str, register: Register = REGISTER) -> list[tuple[str, str]]:
    """The kind of each name, and the id of the nearest entry."""
    matches = register.match([Entry(str(place), name) for place, name in enumerate(names)])
    return [(each.kind, each.nearest[0].id if each.nearest else "") for each in matches]


@pytest.mark.parametrize(
    ("observed", "nearest"),
    [
        ("Register a birth", "birth"),
        ("birth, registration of", "birth"),
        ("ребенок: регистрация рождения", "birth"),
        ("Registratsiya rozhdeniya rebenka", "birth"),
        ("Driving licences", "driving"),
        ("Водительское удостоверение", "driving"),
        ("Выдaча paзрешения нa oхоту", "hunting"),  # a, p, o are Latin
        ("Old age pension — first award", "pension"),
        ("buildHousePermit", "house"),
        ("<p>Permit to <b>build</b> a house</p>", "house"),
        ("Enrollment of children in schools", "school"),
    ],
)
def test_other_names_are_found(observed: str, nearest: str) -> None:
    [(kind, found)] = ask(observed)
    assert found == nearest
    assert kind in ("renamed", "present")


@pytest.mark.parametrize("name", ["Registration of a birth", "РЕГИСТРАЦИЯ  РОЖДЕНИЯ РЕБЁНКА"])
def test_the_very_name_is_present(name: str) -> None:
    [match] = REGISTER.match([Entry("", name)])
    assert (match.kind, match.nearest[0].similarity) == ("present", 1.0)
    assert match.p_absent == 0.01
    assert match.why == "Registered under this name: Registration of a birth"


@pytest.mark.parametrize(
    "name", ["Approval of tachograph workshops", "Компенсация донорам", "Beekeeping inspection"]
)
def test_what_is_not_there_is_hidden(name: str) -> None:
    assert ask(name)[0][0] == "hidden"


def test_the_words_are_told() -> None:
    [match] = REGISTER.match([Entry("", "Register a birth abroad")])
    near = match.nearest[0]
    assert set(near.shared) == {"Register", "a", "birth"}
    assert near.lacks == ("abroad",)
    assert "shares" in match.why
    assert "lacks 'abroad'" in match.why
    assert [each.similarity for each in match.nearest] == sorted(
        (each.similarity for each in match.nearest), reverse=True
    )


def test_a_description_and_a_body_help_where_they_are() -> None:
    words = "Payments of the Ministry of Labour to people who stopped working"
    [match] = REGISTER.match([Entry("", words)])
    assert match.nearest[0].id == "pension"
    [match] = REGISTER.match([Entry("", "op_17", description="Award of a pension for old age")])
    assert match.nearest[0].id == "pension"


def test_a_function_split_over_two_services_names_both() -> None:
    [match] = REGISTER.match([Entry("", "Registration of births and marriages")])
    assert {each.id for each in match.nearest[:2]} == {"birth", "marriage"}
    assert match.kind == "hidden" or "near it too" in match.why


@pytest.mark.parametrize("name", ["", "   ", "!!!", "<br>", "\u200b"])
def test_nothing_to_compare_is_said(name: str) -> None:
    [match] = REGISTER.match([Entry("", name)])
    assert (match.kind, match.p_absent, match.nearest) == ("not_judged", None, ())


def test_another_script_is_for_a_person() -> None:
    register = Register.from_rows([Entry(each.id, each.name) for each in SERVICES])
    [match] = register.match([Entry("", "Выдача карточки тахографа")])
    assert match.kind == "unsure"
    assert "Cyrillic" in match.why
    [match] = register.match([Entry("", "выдача hunting пермит")])
    assert "Cyrillic" not in match.why


def test_one_word_names_and_registers_of_one_entry() -> None:
    register = Register.from_rows([Entry("1", "Passport")])
    assert ask("Passport", "passports", "Fishing", register=register) == [
        ("present", "1"), ("renamed", "1"), ("hidden", ""),
    ]  # fmt: skip


def test_an_entry_without_a_name_is_never_nearest_by_name() -> None:
    register = Register.from_rows([*SERVICES, Entry("none", "", organisation="Ministry")])
    assert ask("Register a birth", register=register) == [("renamed", "birth")]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "no entry with a name"),
        ([Entry("1", " ")], "no entry with a name"),
        ([Entry("1", "Birth"), Entry("1", "Death")], "the id 1 is there 2 times"),
    ],
)
def test_a_register_that_cannot_be_used(entries: list[Entry], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Register.from_rows(entries)


@pytest.mark.parametrize("rate", [0.0, 1.0, -1.0, float("nan")])
def test_a_base_rate_is_a_share(rate: float) -> None:
    with pytest.raises(ConfigurationError, match="base rate"):
        Register.from_rows(SERVICES, base_rate=rate)


def test_a_higher_base_rate_makes_absence_likelier() -> None:
    asked = [Entry("", "Register of marriages abroad")]
    low, high = (
        Register.from_rows(SERVICES, base_rate=rate).match(asked)[0].p_absent for rate in (0.1, 0.7)
    )
    assert low is not None
    assert high is not None
    assert low < high


ANY = st.lists(
    st.one_of(st.text(max_size=40), st.sampled_from([each.name for each in SERVICES])), max_size=6
)


@settings(max_examples=15, deadline=None)
@given(ANY)
def test_each_is_judged_for_itself_and_in_its_place(names: list[str]) -> None:
    asked = [Entry("", name) for name in names]
    together = REGISTER.match(asked)
    assert together == [REGISTER.match([each])[0] for each in asked]
    for match in together:
        assert match.p_absent is None or 0 <= match.p_absent <= 1
        assert all(0 <= near.similarity <= 1 for near in match.nearest)
        assert len({near.id for near in match.nearest}) == len(match.nearest) <= 5


def test_a_long_name_and_many_at_once() -> None:
    names = ["Permit to build a house " * 500, *("Register a birth",) * 3]
    assert ask(*names)[1:] == [("renamed", "birth")] * 3
    assert ask(*names)[0][1] == "house"


def test_it_can_be_kept() -> None:
    again = pickle.loads(pickle.dumps(REGISTER))
    asked = [Entry("", "Register a birth"), Entry("", "Beekeeping")]
    assert again.match(asked) == REGISTER.match(asked)


def test_fewer_words_are_told_where_fewer_are_asked_for() -> None:
    [full], [bare] = (REGISTER.match([Entry("", "Issue of a permit")], told=n) for n in (5, 1))
    assert [near.id for near in full.nearest] == [near.id for near in bare.nearest]
    assert bare.nearest[0] == full.nearest[0]
    assert all(near.shared == near.lacks == () for near in bare.nearest[1:])


def test_decisions_move_the_probability() -> None:
    register = Register.from_rows(SERVICES)
    asked = Entry("", "Issue of fishing permits")
    [before] = register.match([asked])
    register.learn(
        [(Entry("", f"Issue of {what} permits"), True) for what in ("bee", "dog", "tree")]
    )
    [after] = register.match([asked])
    assert before.p_absent is not None
    assert after.p_absent is not None
    assert after.p_absent > before.p_absent
    register.learn([])
    assert register.match([asked]) == [before]
