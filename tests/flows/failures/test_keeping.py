"""What is let go of, and findings about what is no longer declared."""

from datetime import timedelta

from sqlalchemy import Engine, text

from flows.failures import findings
from flows.failures.keeping import let_go
from flows.failures.tick import tick
from models.environment.loader import Environment
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import Told, minute, proof, say


def test_old_rounds_runs_and_suspicions_go_and_confirmed_findings_stay(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    keep = environment.settings.failures.keep
    said = [
        say("suspected", 1, subject="service:a", evidence=[proof(1)]),
        say("good", 2, subject="service:a"),
        say("confirmed", 1, subject="service:b", evidence=[proof(2)]),
        say("good", 2, subject="service:b"),
        say("suspected", 1, subject="service:c", evidence=[proof(3)]),
    ]
    with engine.begin() as connection:
        findings.write(connection, environment, "probes", said, minute(2), "test")
        for at in (1, 3):
            moment = {"at": minute(at)}
            connection.execute(text("INSERT INTO watch_rounds VALUES (:at, :at, 0, 0, 0)"), moment)
            run = "INSERT INTO job_runs (job, actor, started_at) VALUES ('delays', 'test', :at)"
            connection.execute(text(run), moment)

    def remain(after: timedelta, *, runs: bool) -> tuple[list[object], int, int]:
        with engine.begin() as connection:
            let_go(connection, environment, minute(2) + after, runs=runs)
        found: list[object] = [
            r["subject"] for r in rows("SELECT subject FROM findings ORDER BY 1")
        ]
        counts = (len(rows(f"SELECT 1 FROM {each}")) for each in ("watch_rounds", "job_runs"))
        rounds, jobs = counts
        return found, rounds, jobs

    everything = ["service:a", "service:b", "service:c"]
    assert remain(keep, runs=False) == (everything, 1, 2)
    assert remain(keep + timedelta(seconds=1), runs=True) == (["service:b", "service:c"], 1, 1)
    kept = "SELECT DISTINCT reference FROM finding_evidence ORDER BY 1"
    assert [row["reference"] for row in rows(kept)] == ["2", "3"]
    assert not rows("""
        SELECT 1 FROM finding_changes WHERE finding_id NOT IN (SELECT id FROM findings)
    """)


def test_findings_about_what_is_no_longer_declared_are_over(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    declared = ["source:office.applications", "service:any", "exchange:log"]
    gone = ["probe:web", "contract:interface", "source:office.events"]
    said = [say("confirmed", 1, subject=subject) for subject in (*declared, *gone)]
    said.append(say("confirmed", 1, system="demolished", subject="service:x"))
    said.append(say("confirmed", 1, system="tereze", subject="side:gone", kind="not_looked_at"))
    with engine.begin() as connection:
        findings.write(connection, environment, "probes", said, minute(1), "test")
    report = tick(engine, environment, as_of=minute(2), actor="test", sides=[Told()])
    assert (report.changed, report.fired) == (len(gone) + 2, len(declared))
    left = rows("SELECT subject FROM findings WHERE state <> 'over' ORDER BY id")
    assert [row["subject"] for row in left] == declared
    reasons = rows("SELECT DISTINCT reason FROM finding_changes WHERE became = 'over'")
    assert reasons == [{"reason": "not_declared"}]
