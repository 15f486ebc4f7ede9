"""A small round of chaos: `make chaos` is the large one."""

from benchmarks.chaos.plan import Plan
from benchmarks.chaos.report import as_json, as_markdown
from benchmarks.chaos.round import run

SMALL = Plan(
    applications=9, kills=4, minutes=0.3, every=0.5, cancelled=0.4, settle=6, lease=8, seed=7
)


def test_whatever_is_killed_every_step_is_done_once_and_nothing_is_lost() -> None:
    outcome = run(SMALL, say=lambda _: None)
    assert list(outcome.checked.violations) == []
    assert outcome.at_rest
    assert outcome.worker_kills + outcome.database_kills >= 1
    assert sum(outcome.checked.applications.values()) == SMALL.applications
    assert as_json(outcome)["met"]
    assert "| violations | 0 |" in as_markdown(outcome)
