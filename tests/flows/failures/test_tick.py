"""A round of the watch, on a real database."""

from sqlalchemy import Engine

from flows.failures.tick import tick
from models.environment.loader import Environment
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import Told, minute, say


def test_a_failure_is_suspected_then_confirmed_then_over(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    side = Told(
        [say("good", 0)],
        [say("suspected", 1)],
        [say("confirmed", 2, 1)],
        [say("confirmed", 3, 1)],
        [say("good", 4, 3.5)],
    )
    alerts = []
    for number in range(5):
        report = tick(engine, environment, as_of=minute(number), actor="test", sides=[side])
        assert not report.unseen
        alerts.append((report.fired, report.resolved))
    assert alerts == [(0, 0), (0, 0), (1, 0), (0, 0), (0, 1)]
    [finding] = rows("SELECT * FROM findings")
    assert finding["state"] == "over"
    assert (finding["began_at"], finding["ended_at"]) == (minute(1), minute(3.5))
    assert [row["became"] for row in rows("SELECT became FROM finding_changes ORDER BY id")] == [
        "suspected",
        "confirmed",
        "over",
    ]
    [alert] = rows("SELECT * FROM alerts")
    assert (alert["name"], alert["state"], alert["starts_at"]) == (
        "SystemDown",
        "resolved",
        minute(1),
    )
