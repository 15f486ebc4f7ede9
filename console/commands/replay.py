"""`tereze failures replay ID`: do again what a failure left undone."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, err, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from flows.failures.waiting.replay import Step


def replay(
    context: typer.Context,
    identity: Annotated[int, typer.Argument(metavar="ID", help="The finding's number")],
    do: Annotated[bool, typer.Option("--do", help="Do it now, one after another")] = False,
) -> None:
    """List what is to be done again after a failure; 1 where something is left."""
    from console.replaying import done_again
    from flows.failures.waiting.finding import finding
    from flows.failures.waiting.replay import plan

    session = current(context)
    with session.database() as (engine, environment):
        with engine.connect() as connection:
            found = finding(connection, identity)
            steps = plan(connection, environment, found, datetime.now(UTC))
        if found.ended_at is None:
            err.print(f"Finding {identity} is not over: {found.sentence}", markup=False)
        did = [done_again(engine, environment, step, actor()) for step in steps] if do else []
    if session.json:
        as_json({"finding": identity, "steps": steps, "done": did})
    elif do:
        rows = [(each.step.do, each.step.source, each.sentence) for each in did]
        out.print(table("Done again", ("do", "source", "brought"), rows))
    else:
        _show(steps)
    if any(not each.well for each in did) if do else steps:
        raise typer.Exit(NEEDS_A_PERSON)


def _show(steps: "list[Step]") -> None:
    if not steps:
        out.print("Nothing is to be done again.")
        return
    rows = [(each.do, each.source, each.first_due, each.why) for each in steps]
    out.print(table("To do again, in this order", ("do", "source", "first due", "why"), rows))
    out.print("`--do` does it.")
