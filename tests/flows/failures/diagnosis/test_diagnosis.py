"""One page that is true: what the watch found, what the system answers now, what to do."""

from datetime import timedelta

import pytest

from flows.failures.diagnosis.asked import asked
from flows.failures.diagnosis.tries import Tries
from models.errors import ConfigurationError
from tests.flows.failures.diagnosis.bodies import PERSON, Bodies


def test_a_healthy_system_is_called_so(bodies: Bodies) -> None:
    bodies.pulled()
    bodies.watched()
    found = bodies.ask()
    assert found.healthy, found
    assert found.verdict.startswith("office works, nothing is found against it")
    assert found.verdict.endswith("each of 2 tries just now was good")
    assert [each.what for each in found.tried] == ["probe:web", "source:office.applications"]
    assert all(at is not None for at in found.last_good.values())
    assert (found.findings, found.alerts, found.to_do, found.not_looked_at) == ([], [], [], [])
    assert [each.system for each in found.needs] == ["gateway"]
    assert (found.waiting.applications, found.waiting.overdue) == (1, 1)


def test_what_was_never_looked_at_is_not_healthy(bodies: Bodies) -> None:
    found = bodies.ask()
    assert not found.healthy
    assert found.verdict.startswith("it is not known how office is")
    assert found.verdict.endswith("each of 2 tries just now was good")
    assert found.not_looked_at == [
        "probe:web was never looked at",
        "source:office.applications was never looked at",
    ]
    assert found.last_good == {"probe:web": None, "source:office.applications": None}
    nothing = bodies.ask("gateway")
    assert (nothing.healthy, nothing.tried) == (False, [])
    assert nothing.verdict.endswith("nothing is declared by which it could be tried now")
    assert nothing.needed_by == ("office",)


def test_a_failing_system_is_explained(bodies: Bodies) -> None:
    bodies.pulled()
    bodies.watched()
    bodies.body.mode = "fails"
    bodies.pulled()
    bodies.watched(2)
    found = bodies.ask()
    assert not found.healthy
    assert found.verdict.startswith("office is failing (down) since ")
    assert found.verdict.endswith("none of 2 tries just now was good")
    down = next(each for each in found.findings if each.subject == "probe:web")
    assert (down.kind, down.state) == ("down", "confirmed")
    assert down.evidence
    assert "500" in down.evidence[-1]["sentence"]
    assert [each.name for each in found.alerts] == ["PullFailed"]
    assert found.to_do[:2] == [
        "Read docs/runbooks/system_down.md",
        "Read docs/runbooks/pull_failed.md",
    ]
    assert f"Write to the owner: tereze failures letter {down.id}" in found.to_do
    assert found.to_do[-1] == "Call duty officer"
    assert found.last_good["probe:web"] is not None, "it was good in the first round"
    assert PERSON not in str(found)


def test_it_may_answer_again_before_the_watch_says_so(bodies: Bodies) -> None:
    bodies.pulled()
    bodies.body.mode = "fails"
    bodies.watched(2)
    bodies.body.mode = "good"
    found = bodies.ask()
    assert not found.healthy
    assert found.verdict.startswith("office is failing (down) since ")
    assert found.verdict.endswith("each of 2 tries just now was good")


def test_it_may_fail_now_before_the_watch_says_so(bodies: Bodies) -> None:
    bodies.pulled()
    bodies.watched()
    bodies.body.mode = "fails"
    found = bodies.ask()
    assert not found.healthy
    assert found.verdict.startswith("office works, nothing is found against it")
    assert found.verdict.endswith("none of 2 tries just now was good")


def test_a_source_is_asked_about_alone(bodies: Bodies) -> None:
    found = bodies.ask("office.applications")
    assert (found.asked, found.system) == ("office.applications", "office")
    assert "source:office.applications" in {each.what for each in found.tried}


def test_maintenance_is_told_and_hides_nothing(bodies: Bodies) -> None:
    bodies.pulled()
    bodies.watched()
    bodies.environment = bodies.declared(maintenance=[{"schedule": "* * * * *", "lasts": "1h"}])
    found = bodies.ask()
    assert found.healthy
    assert found.verdict.startswith("office is in maintenance since ")
    now, next_ = found.maintenance
    assert (now.now, next_.now) == (True, False)
    assert next_.begins is not None
    assert next_.ends - next_.begins == timedelta(hours=1)
    bodies.body.mode = "fails"
    assert not bodies.ask().healthy


def test_a_try_that_hangs_is_left_behind(bodies: Bodies) -> None:
    bodies.body.mode = "hangs"
    bodies.environment = bodies.declared(probes=None)
    [hung] = Tries(bodies.environment, asked(bodies.environment, "office"), within=0.5).done()
    assert (hung.ok, hung.sentence) == (False, "no answer within 0.5 s")


def test_what_a_try_meets_is_told(bodies: Bodies) -> None:
    secret = {"kind": "header", "name": "X-Key", "value": {"env": "NOT_SET_ANYWHERE"}}
    connection = {"url": bodies.body.address, "folder": None, "auth": secret}
    bodies.environment = bodies.declared(connection=connection)
    found = {each.what: each for each in bodies.ask().tried}
    assert found["probe:web"].ok
    failed = found["source:office.applications"]
    assert not failed.ok
    assert "NOT_SET_ANYWHERE" in failed.sentence


def test_an_unknown_name_is_answered_with_those_there_are(bodies: Bodies) -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean office\? Systems: gateway, office"):
        bodies.ask("ofice")
