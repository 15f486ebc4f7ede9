"""Every job of the list once, here and now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from console.printing import out
from console.recording import Run
from deployments.jobs import reference
from flows.alerts.notices import RoundReport, notify
from flows.alerts.summary import sentence as alerts_sentence
from flows.delays.summary import sentence as delays_sentence
from flows.delays.tick import CheckReport, check
from flows.ingest.order import in_order
from flows.register.summary import sentence as register_sentence
from flows.register.sync import sync
from models.database.embedded import home
from models.environment.loader import Environment

if TYPE_CHECKING:
    from flows.ingest.report import PullReport

AT_ONCE = 2
ACTOR = "flow:demo"


@dataclass
class Round:
    """What one round found; `runs` are to be recorded in Prefect."""

    pulls: "list[PullReport]" = field(default_factory=list)
    check: CheckReport | None = None
    notices: RoundReport | None = None
    runs: list[Run] = field(default_factory=list)


def run_round(engine: Engine, environment: Environment) -> Round:
    """The register, every source rank by rank, the delays, the notices.

    A source that fails is in the report and stops nothing else.
    """
    made = Round()
    parameters = {"environment": reference(environment.folder)}
    run = Run("register", parameters)
    with engine.begin() as connection:
        run.says(register_sentence(sync(connection, environment, ACTOR)))
    made.runs.append(run.end())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for rank in in_order(environment.sources.values()):
            done = pool.map(lambda source: _pull(engine, environment, source), rank)
            for report, run in done:
                made.pulls.append(report)
                made.runs.append(run)
    run = Run("delays", parameters)
    made.check = check(engine, environment, as_of=None, actor=ACTOR)
    run.says(delays_sentence(made.check))
    made.runs.append(run.end())
    run = Run("alerts", parameters)
    now = datetime.now(UTC)
    made.notices = notify(engine, environment.alerts, environment.settings, now, home())
    run.says(alerts_sentence(made.notices))
    made.runs.append(run.end())
    return made


def _pull(engine: Engine, environment: Environment, source: str) -> "tuple[PullReport, Run]":
    from console.pulling import OUTCOMES
    from flows.ingest.pull import pull
    from flows.ingest.summary import sentence

    run = Run("ingest", {"environment": reference(environment.folder), "source": source})
    report = pull(engine, environment, source, actor=ACTOR)
    run.says(sentence(report), OUTCOMES[report.state])
    out.print(f"  {run.message} ({report.seconds:.1f} s)", markup=False, soft_wrap=True)
    return report, run.end()
