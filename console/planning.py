"""A dry run on a terminal, and how an application that was just started stands."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from console.printing import out
from flows.composite_services.dry_run.model import Plan
from flows.composite_services.dry_run.page import Words
from flows.composite_services.loading import in_language, read

if TYPE_CHECKING:
    from models.environment.loader import Environment

INDENT = 4
_ID = "SELECT id FROM composite_applications WHERE number = :number"


def show(plan: Plan, timezone: str) -> None:
    """Print what would be done, step by step, in the applicant's language."""
    words = Words(plan, timezone)
    out.print(plan.name, style="bold", markup=False)
    out.print(f"{words.said('title')}. {words.said('as_of', at=words.moment(plan.moment))}.")
    out.print(words.said("nothing_done"), style="dim", markup=False)
    if plan.problems:
        out.print(f"\n{words.said('missing')}:", style="bold", markup=False)
        for problem in plan.problems:
            out.print(f"  {problem.sentence}", markup=False, soft_wrap=True)
    else:
        out.print(f"\n{words.said('complete')}", markup=False)
    for number, step in enumerate(plan.steps, 1):
        out.print(f"\n{number}. {step.name}", style="bold", markup=False)
        if step.taken != "yes":
            code = "not_taken" if step.taken == "no" else "depends"
            out.print(" " * INDENT + words.said(code), markup=False, soft_wrap=True)
        facts = list(words.facts(step))
        wide = max((len(heading) for heading, _ in facts), default=0)
        for heading, fact in facts:
            out.print(f"{' ' * INDENT}{heading:<{wide}}  {fact}", markup=False, soft_wrap=True)
    out.print(f"\n{words.said('end')}: {words.end()}", markup=False, soft_wrap=True)
    lasting = words.lasting()
    if lasting:
        out.print(f"{words.said('cannot_be_undone')}:", style="bold", markup=False)
        for step in lasting:
            out.print(f"  {step.name}. {step.undo_sentence}", markup=False, soft_wrap=True)


def next_steps(engine: Engine, environment: "Environment", number: str) -> dict[str, Any]:
    """How the application and its steps stand: words and codes, no data of the person."""
    with engine.connect() as connection:
        identity = connection.execute(text(_ID), {"number": number}).scalar_one()
        loaded = read(connection, [identity])[identity]
    language = loaded.row["language"]
    steps = [
        {
            "step": name,
            "name": in_language(loaded.step(name).names, language),
            "state": row["state"],
            "sentence": row["sentence"],
            "due_at": row["due_at"],
        }
        for name, row in loaded.steps.items()
    ]
    whole = {name: loaded.row[name] for name in ("state", "outcome", "sentence")}
    return {**whole, "title": environment.settings.title, "steps": steps}
