"""`tereze life-events list|show|start|set-aside`: births and the like that could not start."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(
    name="life-events",
    help="Life events that start nothing by themselves, for an office.",
    no_args_is_help=True,
)
System = Annotated[str, typer.Argument(metavar="SYSTEM", help="The system that told of it")]
Event = Annotated[str, typer.Argument(metavar="EVENT", help="Its number there, as in the list")]


@app.command("list")
def list_(context: typer.Context, limit: Annotated[int, typer.Option(min=1)] = 200) -> None:
    """List those that are held for an office, without personal data; 1 where one is overdue."""
    from flows.composite_services.proactive.waiting import listed

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        rows = listed(connection, environment, datetime.now(UTC), most=limit)
        zone = ZoneInfo(environment.settings.timezone)
    if session.json:
        as_json(rows)
    else:
        cells = [
            (row["system"], row["event"], row["composite"], row["office"],
             row["due_at"] and row["due_at"].astimezone(zone),
             "overdue" if row["overdue"] else "waits", row["sentence"])
            for row in rows
        ]  # fmt: skip
        columns = ("system", "event", "service", "office", "due", "state", "why")
        out.print(table("Life events", columns, cells))
    if any(row["overdue"] for row in rows):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def show(
    context: typer.Context,
    system: System,
    event: Event,
    basis: Annotated[str, typer.Option(help="Why you read it; kept in the audit trail")],
    unmasked: Annotated[bool, typer.Option(help="Show identifiers; recorded as such")] = False,
) -> None:
    """Show one: what the body told, whom to call, what is missing; an audited reading."""
    from flows.composite_services.proactive.held import Named
    from flows.composite_services.proactive.waiting import shown
    from flows.composite_services.showing.file import moments

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        found = shown(
            connection,
            environment,
            Named(system, event),
            actor=actor(),
            basis=basis,
            moment=datetime.now(UTC),
            unmasked=unmasked,
        )
    found = moments(found, ZoneInfo(environment.settings.timezone))
    if session.json:
        as_json(found)
        return
    facts = [(name, value) for name, value in found["event"].items() if value is not None]
    out.print(table(f"Event {event} of {system}", ("field", "value"), facts))
    out.print(table("What the body told", ("field", "value"), list(found["form"].items())))
    missing = [(each["field"], each["what"]) for each in found["problems"]]
    out.print(table("Missing or wrong", ("field", "what"), missing))


@app.command()
def start(
    context: typer.Context,
    system: System,
    event: Event,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A field, as the person says")
    ] = None,
) -> None:
    """Start its application, with what was missing."""
    from console.commands.apply import hand_over
    from console.commands.assistance import answers_of
    from flows.composite_services.proactive.held import Named, start_held

    session = current(context)
    with session.database() as (engine, environment):
        with engine.begin() as connection:
            begun = start_held(
                connection,
                environment,
                Named(system, event),
                answers=answers_of(answer or []),
                actor=actor(),
                moment=datetime.now(UTC),
            )
        if not begun.again:
            hand_over(engine, environment, begun.number)
    if session.json:
        as_json(begun)
    else:
        words = "is the application of the same that was sent before" if begun.again else "started"
        out.print(f"{begun.number}: {words}.", markup=False, soft_wrap=True)


@app.command("set-aside")
def set_aside(
    context: typer.Context,
    system: System,
    event: Event,
    resolution: Annotated[str, typer.Option(help="Why nothing is started; kept in the trail")],
) -> None:
    """Say that nothing is to be started for it."""
    from flows.composite_services.proactive.held import Named
    from flows.composite_services.proactive.held import set_aside as write

    session = current(context)
    name = Named(system, event)
    with session.database() as (engine, environment), engine.begin() as connection:
        write(
            connection,
            environment,
            name,
            resolution=resolution,
            actor=actor(),
            moment=datetime.now(UTC),
        )
    if session.json:
        as_json({**vars(name), "set_aside": True})
    else:
        out.print(f"{name}: nothing is started for it.", markup=False, soft_wrap=True)
