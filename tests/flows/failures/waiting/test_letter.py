"""The letter to the owner: everything in it is so, and nobody's name is in it."""

from datetime import timedelta

import pytest

from flows.failures.verdict import KINDS
from flows.failures.waiting.letter import SPOKEN, UNITS, Letter, letter, span
from models.errors import ConfigurationError
from tests.flows.delays.world import moment
from tests.flows.failures.waiting.outage import OTHER, Outage

DUTY = {"ru": "статья 5 Закона", "en": "article 5 of the Law"}
PERSON = "900101300017"


def write(outage: Outage, identity: int, at: str, language: str | None = None) -> Letter:
    with outage.engine.begin() as connection:
        return letter(connection, outage.environment, identity, moment(at), language)


def lines(written: Letter) -> list[str]:
    return [line.strip().replace("\u00a0", " ") for line in written.text.splitlines()]


@pytest.fixture
def begun(outage: Outage) -> int:
    """The gateway is down since Monday at ten; six wait, one of them from another system."""
    outage.change(environment={"failures": {"duty": DUTY}})
    outage.applied("1", "05-28 10:00", applicant=PERSON, region="71")  # overdue
    outage.applied("2", "05-30 10:00", applicant=PERSON, region="71")  # due on Tuesday
    outage.applied("3", "06-02 09:30", region="71")  # due on Wednesday
    outage.applied("4", "06-02 09:30", service="99999999")
    outage.applied("5", "06-02 09:30", system="registry", service=OTHER)
    identity = outage.found("gateway", "06-02 10:00", numbers={"failed": 4, "share": 0.5})
    outage.saw(identity, "06-02 10:00", f"refused while asking for {PERSON}")
    outage.saw(identity, "06-02 10:01", "refused with https://user:hush@gate.example")
    return identity


def test_it_says_what_is_so(outage: Outage, begun: int) -> None:
    said = lines(write(outage, begun, "06-02 14:20", "en"))
    for line in (
        "To: Шлюз операторы",
        "Contact: duty, extension 7",
        "Date: 2025-06-02 14:20 (Asia/Almaty)",
        'Subject: The information system "Gateway" does not answer',
        "Since: 2025-06-02 10:00",
        "Lasts: 4 h 20 min, and goes on",
        "What was observed: probe:https; reason code: refused",
        "Proven time of failure in the last 30 d: 4 h 20 min",
        "failed = 4",
        "share = 0.5",
        "Applications waiting: 5; applicants: 4",
        "Oldest application received: 2025-05-28 10:00",
        "Term over already: 1",
        "Term not known: 2",
        "by 2025-06-02 18:00, end of today's working time: 0",
        "by 2025-06-04 00:00, end of tomorrow: 1",
        "Registration of a birth: 3",
        "An allowance: 1",
        "99999999: 1",
        "Astana: 3",
        "region not stated: 2",
        "Basis: article 5 of the Law",
    ):
        assert line in said, line


def test_nobody_and_no_secret_is_in_it(outage: Outage, begun: int) -> None:
    for language in SPOKEN:
        written = write(outage, begun, "06-02 14:20", language).text
        assert PERSON not in written
        assert "••••••••0017" in written
        assert "hush" not in written
        assert "://user:********@gate.example" in written


def test_promises_are_held_against_what_was_measured(outage: Outage) -> None:
    earlier = outage.found("office", "05-20 00:00", "05-20 21:40")
    outage.found("office", "05-20 10:00", "05-20 12:00", subject="probe:other")  # at the same time
    outage.found("office", "05-21 10:00", "05-21 12:00", confirmed=None)  # never proven
    outage.found("office", "04-01 10:00", "04-02 12:00")  # before the period
    identity = outage.found("office", "06-02 10:00")
    assert earlier < identity
    said = lines(write(outage, identity, "06-02 14:20", "en"))
    for line in (
        # 26 hours of 720
        "Availability: promised 99.5%; measured at most 96.389% in the last 30 d",
        "Time of answer: promised at most 10 s",
        "Time of recovery: promised at most 3 h; passed so far 4 h 20 min",
        "Proven time of failure in the last 30 d: 1 d 2 h",
        "At once: the time of recovery by the passport (3 h) ended at 2025-06-02 13:00.",
    ):
        assert line in said, line
    early = lines(write(outage, identity, "06-02 11:00", "en"))
    assert "By when: 2025-06-02 13:00 (time of recovery by the passport: 3 h)." in early


def test_of_what_is_over_it_asks_for_the_cause(outage: Outage) -> None:
    identity = outage.found("office", "06-02 10:00", "06-02 11:30")
    said = lines(write(outage, identity, "06-02 14:20", "en"))
    assert "Lasted: 1 h 30 min" in said
    assert "Time of recovery: promised at most 3 h; took 1 h 30 min" in said
    assert any(line.startswith("1. Tell us the cause") for line in said)
    assert not any("terms will end" in line for line in said), "it does not last"


def test_long_evidence_is_cut_in_the_middle(outage: Outage, begun: int) -> None:
    for minute in range(10, 40):
        outage.saw(begun, f"06-02 10:{minute}", f"look {minute}")
    said = lines(write(outage, begun, "06-02 14:20", "en"))
    shown = [line for line in said if "probe_results" in line]
    assert len(shown) == 10
    assert "look 39" in shown[-1]
    assert "These are the first and the last of 32." in said


def test_it_says_until_when_the_numbers_hold(outage: Outage, begun: int) -> None:
    outage.change(applications={"stale_after": "1h"}, environment={"failures": {"duty": DUTY}})
    outage.looked(moment("06-02 10:00"))
    said = lines(write(outage, begun, "06-02 14:20", "en"))
    held = "The numbers hold as of 2025-06-02 10:00: later data have not been received."
    assert held in said
    outage.looked(None)
    assert any(
        "not known in full" in line for line in lines(write(outage, begun, "06-02 14:20", "en"))
    )


def test_article_and_names_by_language(outage: Outage, begun: int) -> None:
    for language, duty, owner in (
        ("ru", "Основание: статья 5 Закона", "Кому: Оператор шлюза"),
        ("kk", None, "Кімге: Шлюз операторы"),
        ("en", "Basis: article 5 of the Law", "To: Шлюз операторы"),
    ):
        written = write(outage, begun, "06-02 14:20", language)
        assert written.language == language
        assert owner in lines(written)
        basis = ("Basis:", "Основание:", "Негіздеме:")
        told = [line for line in lines(written) if line.startswith(basis)]
        assert told == ([duty] if duty else [])
        warned = any(f"failures.duty.{language}" in each for each in written.warnings)
        assert warned is (duty is None)


def test_the_first_language_that_there_is_a_letter_in(outage: Outage) -> None:
    identity = outage.found("gateway", "06-02 10:00")
    languages: list[str]
    for languages, chosen in ((["ru", "en"], "ru"), (["fr", "kk"], "kk"), (["fr"], "en")):
        outage.change(environment={"languages": languages})
        assert write(outage, identity, "06-02 14:20").language == chosen


def test_it_warns_of_what_is_missing(outage: Outage) -> None:
    identity = outage.found("registry", "06-02 10:00", state="suspected")
    written = write(outage, identity, "06-02 14:20", "en")
    assert "To: LAND" in lines(written)
    assert [each.split(" ")[0] for each in written.warnings] == ["The", "The", "The"]
    assert "No single rows are kept for this case." in lines(written)


@pytest.mark.parametrize("ended", [None, "06-02 11:30"])
def test_each_kind_in_each_language(outage: Outage, ended: str | None) -> None:
    outage.applied("1", "06-02 09:00", service=OTHER)
    subjects: dict[str, set[str]] = {language: set() for language in SPOKEN}
    for kind in KINDS:
        identity = outage.found("office", "06-02 10:00", ended, kind=kind)
        for language, said in subjects.items():
            written = write(outage, identity, "06-02 14:20", language)
            said |= {each for each in lines(written) if each.startswith(("Sub", "Тем", "Тақ"))}
            assert "{" not in written.text
            assert "None" not in written.text
            assert written.text.endswith("A test of Kazakhstan's rules\n")
    assert {len(said) for said in subjects.values()} == {len(KINDS)}, "words of its own for each"


def test_who_cannot_be_written_to(outage: Outage, begun: int) -> None:
    ours = outage.found("tereze", "06-02 10:00", kind="not_looked_at", subject="watch")
    for identity, language, words in (
        (ours, "ru", "has no owner"),
        (begun, "fr", "Write one of: en, kk, ru"),
        (999, "ru", "there is none of that number"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            write(outage, identity, "06-02 14:20", language)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3_600, "1 h"),
        (3_661, "1 h 1 min"),
        (90_000, "1 d 1 h"),
        (86_460, "1 d"),
    ],
)
def test_span(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds), UNITS["en"]) == words


def test_every_language_has_its_units() -> None:
    assert set(UNITS) == set(SPOKEN)
