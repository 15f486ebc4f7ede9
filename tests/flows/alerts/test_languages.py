"""Notices in the language of whoever gets them, in all their kinds."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from flows.alerts.assigning import assign_and_tell
from flows.alerts.fire import Firing, fire
from flows.alerts.house import House
from flows.alerts.words import UNREADABLE
from flows.speaking.catalogs import languages, messages
from flows.speaking.tongue import Tongue
from models.environment.alerts import Alerts
from models.environment.on_call import OnCall
from tests.flows.alerts.applications import apply, judge, register
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import HAND, PERSONAL, Desk, config

DUE = NOW - timedelta(days=2, hours=3)
SENTENCE = "Probe gate: 3 look(s) failed on end: there is no way to 10.0.0.1:80"
SAID = "Проба gate: неудачных проверок подряд: 3; нет пути к 10.0.0.1:80"
ALERTS = Path(__file__).resolve().parents[3] / "flows" / "alerts"
DAY = 24 * 60
LOG: dict[str, Any] = {"log": {"file": "log.jsonl", "language": "ru"}}


def notices(desk: Desk, minutes: float = 0, name: str = "log") -> list[dict[str, Any]]:
    """Run a round; answers the new notices at one receiver."""
    desk.round(minutes)
    written = (desk.home / f"{name}.jsonl").read_text().splitlines()
    new = [json.loads(line) for line in written[desk.read.get(f"own {name}", 0) :]]
    desk.read[f"own {name}"] = len(written)
    return new


def down(desk: Desk, system: str = "land") -> str:
    """Fire that a system is down; answers the alert's fingerprint."""
    labels = {"system": system}
    with desk.engine.begin() as connection:
        fire(connection, Firing("SystemDown", "critical", labels, labels, NOW, SENTENCE), "test")
    [(whole,)] = run(
        desk.engine, "SELECT fingerprint FROM alerts WHERE labels ->> 'system' = :s", s=system
    )
    return str(whole)


def test_applications_in_russian(engine: Engine, tmp_path: Path) -> None:
    register(engine)
    run(engine, """UPDATE regions SET names = '{"en": "Almaty", "ru": "Алматы"}'""")
    for n in (1, 2):
        apply(engine, f"A-{n}", applicant=f"person {n}")
    soon = NOW + timedelta(minutes=90)
    judge(engine, ("A-1", "overdue", DUE, None), ("A-2", "at_risk", soon, None))
    [notice] = notices(Desk(engine, tmp_path, config(receivers=LOG)))
    [(first,)] = run(engine, "SELECT fingerprint FROM alerts WHERE labels ->> 'number' = 'A-1'")
    assert notice["title"] == (
        "[критично] Birth certificate, Ministry of Justice, Алматы: просрочено: 1, под угрозой: 1"
    )
    assert notice["body"].splitlines() == [
        "Новых: 2, кончилось: 0.",
        "Сейчас: просрочено: 1, под угрозой: 1.",
        "С какого времени: 03.03.2026, 14:00.",
        "Ждут людей: 2.",
        "Самые старые:",
        "  A-1, срок 03.03.2026, 14:00, просрочено на 2 сут 3 ч",
        "  A-2, срок 05.03.2026, 18:30, осталось 1 ч 30 мин",
        "Что делать: docs/runbooks/ru/application_at_risk.md",
        "Что делать: docs/runbooks/ru/application_overdue.md",
        f'Взять: tereze alerts ack {first[:12]} --group --comment "…"',
        "Прошлое извещение: не было.",
    ]


def test_each_receiver_has_its_language(engine: Engine, tmp_path: Path) -> None:
    receivers = {
        "log": {"file": "log.jsonl", "language": "ru"},
        "kazakh": {"file": "kazakh.jsonl"},
        "english": {"file": "english.jsonl", "language": "en"},
    }
    routes = [{"receivers": list(receivers)}]
    desk = Desk(
        engine, tmp_path, config(receivers=receivers, routes=routes, notices={"language": "kk"})
    )
    down(desk)
    [russian] = notices(desk)
    [kazakh], [english] = notices(desk, 1, "kazakh"), notices(desk, 2, "english")
    assert russian["title"] == "[критично] система land: SystemDown"
    assert f"  SystemDown: {SAID} (с 05.03.2026, 17:00)" in russian["body"].splitlines()
    assert "Кто ещё знает: kazakh, english." in russian["body"]
    assert kazakh["title"] == "[өте маңызды] жүйе land: SystemDown"
    assert "Жаңасы: 1, біткені: 0." in kazakh["body"]
    assert "Не істеу керек: docs/runbooks/kk/system_down.md" in kazakh["body"]
    assert english["title"] == "[critical] system land: SystemDown"
    assert f"  SystemDown: {SENTENCE} (since 2026-03-05 17:00)" in english["body"].splitlines()


def test_what_ends_escalates_and_is_reminded_of(engine: Engine, tmp_path: Path) -> None:
    escalation = [{"after": "15m", "receivers": ["log"]}]
    desk = Desk(
        engine, tmp_path, config(receivers=LOG, escalation=escalation, notices={"remind": "4h"})
    )
    down(desk)
    notices(desk)
    [escalated] = notices(desk, 15)
    assert escalated["title"] == "[критично] система land: SystemDown (эскалация)"
    assert escalated["body"].startswith("Никто не взял: 1. Сообщаем и вам.\nСейчас: других: 1.")
    assert "Прошлое извещение: 05.03.2026, 17:00." in escalated["body"]
    [reminder] = notices(desk, 5 * 60)
    assert reminder["title"].endswith("(напоминание)")
    assert reminder["body"].startswith("Продолжается, и никто не взял: 1.")
    desk.end("SystemDown", system="land")
    [ended] = notices(desk, 6 * 60)
    assert ended["title"] == "[кончилось] система land: SystemDown: кончилось"
    assert "Сейчас: больше ничего." in ended["body"]


def test_what_may_come_twice_says_so(engine: Engine, tmp_path: Path) -> None:
    receivers = {"log": {"file": "there/log.jsonl", "language": "ru"}}
    (tmp_path / "there").write_text("a file where the folder should be")
    desk = Desk(engine, tmp_path, config(receivers=receivers))
    down(desk)
    desk.round()
    (tmp_path / "there").unlink()
    desk.round(1)
    [again] = (tmp_path / "there" / "log.jsonl").read_text().splitlines()
    assert json.loads(again)["title"] == "[критично] система land: SystemDown (повтор)"


def test_a_summary(engine: Engine, tmp_path: Path) -> None:
    notices_ = {"at_most": 2, "bodies": 1}
    desk = Desk(engine, tmp_path, config(receivers=LOG, notices=notices_))
    for name in ("land", "tax", "zags"):
        down(desk, name)
    _, summary = notices(desk)
    assert summary["title"] == "[критично] ещё групп: 2: других: 2"
    assert summary["body"].splitlines() == [
        "система tax: других: 1",
        "ещё органов: 1: других: 1",
        "Что делать: docs/runbooks/ru/system_down.md",
    ]


def test_the_watch_passes_on_and_an_alert_is_put_into_hands(engine: Engine, tmp_path: Path) -> None:
    receivers = {**LOG, "watch": {"on_call": "desk"}}
    desk = Desk(engine, tmp_path, config(receivers=receivers, routes=[{"receivers": ["watch"]}]))
    people = {name: {"receivers": ["log"]} for name in ("aigerim", "bolat")}
    shift = {"people": ["aigerim", "bolat"], "from": "09:00", "to": "09:00"}
    rota = {"starts": "2026-03-05", "turn": "1d", "shifts": [shift]}
    desk.on_call = OnCall.model_validate({"people": people, "rotas": {"desk": rota}})
    alert = down(desk)
    notices(desk)
    with engine.begin() as connection:
        assign_and_tell(connection, desk.house, alert, "aigerim", HAND)
    [assigned] = notices(desk, 1)
    assert assigned["title"] == "[поручено] SystemDown теперь у вас"
    assert assigned["body"].splitlines() == [
        *(SAID, "I look at it", f"Посмотреть: tereze alerts show {alert[:12]}")
    ]
    [passed] = notices(desk, DAY)
    assert passed["title"] == "[desk] Дежурит bolat"
    assert passed["body"].splitlines() == [
        "До этого: aigerim.",
        "Никто не взял: 1 (критичных: 1).",
        "В работе: 0, заглушено: 0.",
        "В руках aigerim: 1.",
        "Что делать: tereze alerts list",
    ]


def test_runbooks_are_in_the_console_where_it_has_an_address() -> None:
    def leads(console: str | None, **notices: str) -> str:
        alerts = Alerts.model_validate({"notices": notices})
        house = House(alerts, PERSONAL, Path(), console=console)
        return house.runbook_of("PullFailed", "ru")

    assert leads("https://tereze.example/") == (
        "https://tereze.example/alerts/runbooks/pull_failed"
    )
    assert leads(None) == "docs/runbooks/ru/pull_failed.md"
    wiki = "https://wiki.example/books"
    assert leads("https://tereze.example", runbooks=wiki) == f"{wiki}/ru/pull_failed.md"


def said_in_the_code() -> set[str]:
    """The words that are given to `say` in the folder of alerts, where they stand there."""
    found = {UNREADABLE}
    for path in ALERTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                words = [each for arg in node.args[:1] for each in ast.walk(arg)]
                if name in ("say", "_say"):
                    found |= {
                        each.value
                        for each in words
                        if isinstance(each, ast.Constant)
                        and isinstance(each.value, str)
                        and not isinstance(node.args[0], ast.BinOp)
                    }
    return found


@pytest.mark.parametrize("language", languages())
def test_every_word_is_there(language: str) -> None:
    known = messages(language, "notices")
    words = said_in_the_code()
    assert len(words) > 20
    assert {each for each in words if ("", each) not in known} == set()
    for (_, english), said in known.items():
        assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english)), english


def test_a_language_without_words_says_them_as_they_are() -> None:
    tongue = Tongue("en", ZoneInfo("Asia/Almaty"))
    assert tongue.say("Since: {at}.", at=tongue.moment(NOW)) == "Since: 2026-03-05 17:00."
    assert tongue.length(timedelta(hours=26)) == "1 d 2 h"
    assert tongue.code("severity", "critical") == "critical"
    assert tongue.sentence(SENTENCE) == SENTENCE
