"""Sentences as they are written, and what is said of them in another language."""

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.speaking.catalogs import languages, templates
from flows.speaking.kinds import KINDS
from flows.speaking.sentences import LONGEST, said
from flows.speaking.templates import Template

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "russian"),
    [
        (
            "Application SC-2026-00019610 was due on 2026-11-20 15:42 and is not completed",
            "Срок заявления SC-2026-00019610 истёк 20.11.2026, 15:42, а оно не завершено",
        ),
        (
            "34 of 1051 due by Friday 2026-11-27 will be late unless more are completed:"
            " 12 were, in the last 7 days",
            f"Из заявлений со сроком до 27.11.2026 (пятница) (всего 1{NB}051) опоздают 34, если не"
            " завершать больше: за последние 7 дней завершено 12",
        ),
        (
            "Probe tcp: 3 look(s) failed on end: the connection to 10.0.0.1:80 was refused:"
            " nothing listens there. Pulls of 2 sources fail; 1 part is slow, too",
            "Проба tcp: неудачных проверок подряд: 3; соединение с 10.0.0.1:80 отвергнуто: там"
            " никто не отвечает. Не удаются загрузки, источников: 2; медленных"
            " частей: 1",
        ),
        (
            "KZ/GOV/land/getPlot: 12 of 40 requests failed in the last 1 hour (30 %; the objective"
            " allows 0.5 %): the error budget burns 60.0 times too fast.",
            "KZ/GOV/land/getPlot: за последние 1 ч не удалось запросов: 12 из 40 (30 %; цель"
            " допускает 0,5 %): запас на ошибки тратится ×60 быстрее допустимого.",
        ),
        (
            "civil: the same rows have come since 2026-05-04 02:10, for 3 h 05 min of working time"
            " (the longest rest of 30 days was 40 min)",
            "civil: одни и те же строки приходят с 04.05.2026, 02:10, 3 ч 5 мин рабочего времени"
            " (самый долгий перерыв за дней: 30 — 40 мин)",
        ),
        (
            "births: 3 pulls on end could not read it. The last said: The system could not be read;"
            " it may be possible later. Somebody pulled the plug; nobody knows who",
            "births: не прочитано загрузками подряд: 3. Последняя сказала: Систему не удалось"
            " прочитать; позже может получиться. «Somebody pulled the plug; nobody knows who»",
        ),
        (
            "The system refused the request; a person has to change something. Asking"
            " https://a.kz/x?y=1: the system answered 403 Forbidden. Ask the system's owner for the"
            " right to read this, or for a new secret",
            "Система отклонила запрос; что-то должен изменить человек. Запрос"
            " https://a.kz/x?y=1: система ответила 403 Forbidden. Попросите у владельца системы"
            " право читать это или новый секрет",
        ),
        (
            "api: field a.b of the answer of getY: string became number; and 2 more. The next pull"
            " of land.x will fail: it takes `a.b`, which has gone",
            "api: поле a.b ответа getY: было string, стало number; и ещё 2. Следующая загрузка"
            " land.x не получится: берёт `a.b`, чего больше нет",
        ),
        (
            "No sign goes out: delays has not run since 2026-05-04 02:10, failures has never run",
            "Сигнал не уходит: «проверка сроков» не запускалось с 04.05.2026, 02:10, «проверка"
            " сбоев» ни разу не запускалось",
        ),
        (
            "land: the newest change is of 2026-05-04 02:10: none for 50 min of working time (the"
            " longest rest of 9 days was 5 min) (since 2026-05-04 02:20, finding 12)",
            "land: самое новое изменение — 04.05.2026, 02:10; новых нет 50 мин рабочего времени"
            " (самый долгий перерыв за дней: 9 — 5 мин) (с 04.05.2026, 02:20, находка 12)",
        ),
    ],
)
def test_what_is_known_is_said(written: str, russian: str) -> None:
    assert said(written, "ru").words == russian
    assert said(written, "ru").language == "ru"
    assert said(written, "kk").language == "kk"
    assert said(written, "en").words == written


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Call them at noon",
        "Позвонила, обещали к вечеру",
        "Application 12 was due on 2026-11-20 15:42 and is not completed!",
        "Application 1 2 was due on 2026-11-20 15:42 and is not completed",
        "Application 12 was due on yesterday and is not completed",
        "Probe x: what nobody says",
        "It answers" + " " * LONGEST,
    ],
)
def test_what_is_not_known_stays_as_it_is(written: str) -> None:
    for language in (*languages(), "fr", "en"):
        assert said(written, language).words == written
        assert said(written, language).language == "en"


@pytest.mark.parametrize("language", languages())
def test_two_ways_to_read_it_leave_it_as_it_is(language: str) -> None:
    """Which of the words was the type before, and which is it now?"""
    written = "land: changed type of 'x': a became b became c"
    assert said(written, language).words == written
    assert said("land: changed type of 'x': a became b", language).language == language


VALUES = {
    "n": st.integers(0, 10**7).map("{:,}".format) | st.integers(0, 999).map(str),
    "id": st.integers(0, 10**9).map(str),
    "share": st.floats(0, 100).map("{:.3g} %".format),
    "at": st.datetimes().filter(lambda at: at.year > 1000).map("{:%Y-%m-%d %H:%M}".format),
    "day": st.dates().filter(lambda on: on.year > 1000).map("{:%Y-%m-%d}".format),
    "weekday": st.dates().filter(lambda on: on.year > 1000).map("{:%A %Y-%m-%d}".format),
    "time": st.times().map("{:%H:%M}".format),
    "length": st.sampled_from(["5 minutes", "1 hour", "2 h 05 min", "3 d 4 h", "0.2 s", "300 ms"]),
    "rule": st.sampled_from(["A03", "B01"]),
    "code": st.text("abcЯәö{}'\"«_-/§0", min_size=1, max_size=9),
    "codes": st.text("abcЯәö{}'\"_-/", min_size=1, max_size=9),
    "text": st.text("abЯәö{}'\"«»\\%$ \u202eع_-/", min_size=1, max_size=20).filter(str.strip),
}


def simple() -> list[Template]:
    """Whole sentences without parts that are sentences."""
    found = []
    for template in templates("ru")[""]:
        if all(place.kind in KINDS for place in template.places.values()):
            found.append(template)
    return found


@given(st.data())
def test_values_come_through_whatever_they_are(data: st.DataObject) -> None:
    """Each value stands in what is said, and braces in it are no places of ours."""
    template = data.draw(st.sampled_from(simple()))
    values = {
        name: data.draw(VALUES[place.kind], label=name) for name, place in template.places.items()
    }
    pieces = [
        literal + (values[name] if name is not None else "")
        for literal, name, _, _ in Formatter().parse(template.english)
    ]
    spoken = said("".join(pieces), "ru")
    if spoken.language == "ru":
        for name, place in template.places.items():
            if place.kind in ("code", "codes", "text", "id"):
                assert values[name] in spoken.words
    else:
        assert spoken.words == "".join(pieces)
