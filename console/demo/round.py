"""Every job of the list once, here and now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Engine

from console.printing import out
from console.pulling import OUTCOMES
from console.recording import Run, recorded
from flows.alerts.house import House
from flows.alerts.notices import RoundReport, notify
from flows.alerts.summary import sentence as alerts_sentence
from flows.delays.round import run as check
from flows.delays.summary import sentence as delays_sentence
from flows.delays.tick import CheckReport
from flows.ingest.order import in_order
from flows.ingest.pull import pull
from flows.ingest.report import PullReport
from flows.ingest.summary import sentence as ingest_sentence
from flows.register.summary import sentence as register_sentence
from flows.register.sync import sync
from models.environment.loader import Environment

AT_ONCE = 2
ACTOR = "flow:demo"


@dataclass
class Round:
    """What one round found; `later` are runs that Prefect was not up yet to take."""

    pulls: list[PullReport] = field(default_factory=list)
    check: CheckReport | None = None
    notices: RoundReport | None = None
    later: list[Run] = field(default_factory=list)


def run_round(engine: Engine, environment: Environment) -> Round:
    """The register, every source rank by rank, the delays, the notices.

    A source that fails is in the report and stops nothing else.
    """
    made = Round()
    as_run = partial(recorded, engine, environment, by=ACTOR, later=made.later)
    with as_run("register") as run, engine.begin() as connection:
        run.says(register_sentence(sync(connection, environment, ACTOR)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for rank in in_order(environment.sources.values()):
            made.pulls += pool.map(partial(_pull, engine, environment, made.later), rank)
    with as_run("delays") as run:
        made.check = check(engine, environment, as_of=None, actor=ACTOR)
        run.says(delays_sentence(made.check))
    with as_run("alerts") as run:
        now = datetime.now(UTC)
        made.notices = notify(engine, House.of(environment), now)
        run.says(alerts_sentence(made.notices))
    return made


def _pull(engine: Engine, environment: Environment, later: list[Run], source: str) -> PullReport:
    with recorded(engine, environment, "ingest", source, by=ACTOR, later=later) as run:
        report = pull(engine, environment, source, actor=ACTOR)
        run.says(ingest_sentence(report), OUTCOMES[report.state])
    out.print(f"  {run.message} ({report.seconds:.1f} s)", markup=False, soft_wrap=True)
    return report
