"""Hidden services in the demo: look, take one through the workflow, show funnel and bundles."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from console.printing import out
from flows.hidden_services.bundles import Bundle, bundles
from flows.hidden_services.decide import Decision, decide
from flows.hidden_services.funnel import Step, funnel, totals
from flows.hidden_services.listing import Filter, Listed, list_candidates
from flows.hidden_services.report import write_funnel
from flows.hidden_services.run import RunReport, run
from models.environment.loader import Environment

CODE = "99999001"
"""The code that the demo's register gives to what is entered; no service of the sandbox has it."""

TITLE = "Functions that are services, and are not in the register"
TOLD = 3
"""So many bundles are printed."""

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

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "candidates": self.report.open,
            "entered": asdict(self.entered) if self.entered else None,
            "draft": self.draft,
            "funnel": totals(self.steps),
            "bundles": [asdict(bundle) for bundle in self.bundles[:TOLD]],
            "chart": str(self.chart) if self.chart else None,
        }


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


def tell(shown: Shown, language: str) -> None:
    """Print what came out in a few lines."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(shown.report.open.items()))
    lines = [("found", kinds or "nothing")]
    if shown.entered is not None:
        name = _named(shown.entered.names, language)
        bodies = ", ".join(shown.entered.organisations) or "a body that is not known"
        lines += [
            ("likeliest", f"{name} ({bodies}), probability {shown.entered.probability:.2f}"),
            ("decided", "under review, confirmed, proposed, entered, each with who and why"),
        ]
    counted = ", ".join(f"{count:,} {step}" for step, count in totals(shown.steps).items())
    lines.append(("funnel", f"{counted}; as a chart: {shown.chart}"))
    for bundle in shown.bundles[:TOLD]:
        names = " → ".join(_named(each, language) for each in bundle.names)
        lines.append(("bundle", f"{names}: {bundle.recipients:,} people, lift {bundle.lift:.0f},"
                      f" {bundle.visits_saved:,} visits saved"))  # fmt: skip
    for name, words in lines:
        out.print(f"  {name:<9} {words}", markup=False, soft_wrap=True)
    if shown.draft:
        out.print("  the draft of its entry in the register:")
        out.print("".join(f"    {line}\n" for line in shown.draft.splitlines()), markup=False)


def _named(names: dict[str, str], language: str) -> str:
    return names.get(language) or next(iter(names.values()), "?")
