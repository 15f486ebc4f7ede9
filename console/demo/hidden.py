"""Hidden services in the demo: look, take one through the workflow, show funnel and bundles."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from flows.hidden_services.bundles import Bundle, bundles
from flows.hidden_services.decide import Decision, decide
from flows.hidden_services.funnel import Step, funnel
from flows.hidden_services.listing import Filter, Listed, list_candidates
from flows.hidden_services.report import write_funnel
from flows.hidden_services.run import RunReport, run
from models.environment.loader import Environment

CODE = "99999001"
"""The code that the demo's register gives to what is entered; no service of the sandbox has it."""

WAY = (
    Decision("under_review", "The body was asked"),
    Decision("confirmed", "All criteria of the definition are met"),
    Decision("proposed", "Sent to the keeper of the register"),
    Decision("entered", "Entered by order (invented)", service=CODE),
)


@dataclass
class Shown:
    """What the demo has to tell; `entered` is None where nothing hidden was found."""

    report: RunReport
    entered: Listed | None = None
    draft: str = ""
    steps: list[Step] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    chart: Path | None = None


def show(engine: Engine, environment: Environment, actor: str, chart: Path) -> Shown:
    """Run once, take the likeliest new hidden service to the register, count and bundle.

    What was taken through before stays: a second call takes the next one. The funnel's chart is
    written to `chart` (HTML).
    """
    shown = Shown(run(engine, environment, actor=actor))
    with engine.begin() as connection:
        wanted = Filter(states=("new",), kind="hidden", limit=1)
        for candidate in list_candidates(connection, wanted):
            shown.entered = candidate
            for decision in WAY:
                done = decide(connection, environment, candidate.id, decision, actor=actor)
                shown.draft = done.draft or ""
        shown.steps = funnel(connection, environment.settings.timezone)
        write_funnel(connection, chart, shown.steps, environment.settings)
        shown.bundles = bundles(connection, environment.hidden_services.bundles).bundles
    shown.chart = chart
    return shown
