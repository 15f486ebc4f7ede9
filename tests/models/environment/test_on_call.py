"""What is wrong in alerts.yaml and on_call.yaml is said when it is loaded, by file and line."""

import copy
from pathlib import Path
from typing import Any

import pytest

from models.environment.alerts import Alerts
from models.environment.loader import load
from models.environment.problems import EnvironmentProblems
from models.environment.templates import FIELDS
from tests.environments import files, write

ALERTS: dict[str, Any] = {
    "receivers": {
        "mail": {"file": "mail.jsonl", "next": "log"},
        "log": {"file": "log.jsonl"},
        "watch": {"on_call": "desk"},
    },
    "routes": [{"receivers": ["watch"]}],
    "escalation": [{"after": "15m", "receivers": ["log"]}],
}
ON_CALL: dict[str, Any] = {
    "people": {"a": {"receivers": ["mail"]}, "b": {"receivers": ["log"]}},
    "rotas": {
        "desk": {
            "starts": "2026-03-02",
            "shifts": [{"people": ["a", "b"], "from": "09:00", "to": "09:00"}],
        }
    },
}


def changed(data: dict[str, Any], **at: Any) -> dict[str, Any]:
    """A copy with values put at paths written like `rotas__desk__fallback`."""
    made = copy.deepcopy(data)
    for path, value in at.items():
        here: Any = made
        *way, last = path.split("__")
        for part in way:
            here = here[int(part) if part.isdecimal() else part]
        here[int(last) if last.isdecimal() else last] = value
    return made


def problems(folder: Path, alerts: Any = ALERTS, on_call: Any = ON_CALL) -> list[str]:
    write(folder, {**files(), "alerts.yaml": alerts, "on_call.yaml": on_call})
    try:
        load(folder)
    except EnvironmentProblems as error:
        return [str(problem) for problem in error.problems]
    return []


def test_what_fits_together_loads(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
    environment = load(tmp_path)
    assert environment.on_call.rotas["desk"].shifts[0].people == ["a", "b"]


DAYTIME = [{"people": ["a"], "from": "09:00", "to": "18:00"}]
AWAY = {"from": "2026-03-04T00:00", "until": "2026-03-05T00:00"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"rotas__desk__shifts": DAYTIME},
            "on_call.yaml:11: rotas.desk.shifts: nobody has the watch every day 00:00-09:00,"
            " every day 18:00-24:00. Add a shift, or `fallback: [receiver]` for that time;"
            " receivers: mail, log, watch",
        ),
        ({"people__a__receivers": ["male"]}, "no receiver 'male'. Did you mean `mail`?"),
        ({"people__a__receivers": ["watch"]}, "the receiver 'watch' is the rota desk"),
        ({"rotas__desk__fallback": ["nobody"]}, "no receiver 'nobody'"),
        ({"rotas__desk__shifts__0__people": ["c"]}, "no person 'c'. Known: a, b"),
        ({"rotas__desk__calendar": "kz"}, "no calendar 'kz'"),
        ({"rotas__desk__away": [{"person": "z", "instead": "a", **AWAY}]}, "no person 'z'"),
        (
            {
                "rotas__desk__away": [
                    {"person": "a", "instead": "b", **AWAY},
                    {"person": "b", "instead": "a", **AWAY},
                ]
            },
            "from 2026-03-04 00:00 on everybody in turn is away",
        ),
        ({"rotas__desk__starts": "soon"}, "rotas.desk.starts"),
    ],
)
def test_a_wrong_rota_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    found = problems(tmp_path, on_call=changed(ON_CALL, **change))
    assert any(said in each for each in found), found


def test_a_gap_with_a_fallback_is_none_to_refuse(tmp_path: Path) -> None:
    change = {"rotas__desk__shifts": DAYTIME, "rotas__desk__fallback": ["log"]}
    assert problems(tmp_path, on_call=changed(ON_CALL, **change)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"routes__0__receivers": ["nobody"]},
            "alerts.yaml:11: routes.0.receivers.0: no receiver 'nobody'. Known: log, mail, watch",
        ),
        ({"escalation__0__receivers": ["nobody"]}, "no receiver 'nobody'"),
        ({"dead_man": {"receivers": ["nobody"]}}, "no receiver 'nobody'"),
        ({"receivers__mail__next": "nobody"}, "no receiver 'nobody'"),
        ({"receivers__log__next": "mail"}, "its own next one, in a circle"),
        ({"receivers__watch__on_call": "dask"}, "no rota 'dask'. Did you mean `desk`?"),
        ({"receivers__mail": {"terminal": True, "file": "x"}}, "Give exactly one of"),
        (
            {"escalation": [{"after": "2h", "receivers": ["log"]},
                            {"after": "1h", "receivers": ["log"]}]},
            "has to come later",
        ),
        ({"routes__0__matchers": ["system"]}, "matcher is written like system=land"),
        ({"routes__0__hours": "nights"}, "routes.0.hours"),
        ({"inhibit": [{"source": [], "target": ["a=b"]}]}, "inhibit.0.source"),
        ({"notices": {"title": "{seventy}"}}, "No field {seventy} for a notice; there are:"),
        ({"notices": {"body": "{place"}}, "Not a template"),
        ({"notices": {"body": "{place.__class__}"}}, "No field {place.__class__}"),
        ({"notices": {"body": "{place!r:>9}"}}, "No field {place}"),
        ({"notices": {"body": "{}"}}, "No field {}"),
    ],
)  # fmt: skip
def test_wrong_alerts_are_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    found = problems(tmp_path, alerts=changed(ALERTS, **change))
    assert any(said in each and each.startswith("alerts.yaml:") for each in found), found


def test_a_secret_in_the_wrong_place_is_not_shown(tmp_path: Path) -> None:
    wrong = changed(ALERTS, receivers__mail={"alertmanager": "http://u:t0p-s3cret@host"})
    [found] = problems(tmp_path, alerts=wrong)
    assert "t0p-s3cret" not in found
    assert "alerts.yaml" in found


def test_every_field_may_stand_in_a_form() -> None:
    form = " ".join(f"{{{name}}}" for name in FIELDS)
    assert Alerts.model_validate({"notices": {"title": form, "body": form}}).notices.body == form


def test_whom_next_names_in_order() -> None:
    receivers = {
        "a": {"terminal": True, "next": "b"},
        "b": {"terminal": True, "next": "c"},
        "c": {"terminal": True},
    }
    alerts = Alerts.model_validate({"receivers": receivers})
    assert [alerts.others(name) for name in "abc"] == [["b", "c"], ["c"], []]
