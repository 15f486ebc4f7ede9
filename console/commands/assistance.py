"""`tereze assistance list|show|resolve|letter`: what offices do so that applications go on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from flows.composite_services.assistance.cases import How

app = typer.Typer(
    name="assistance", help="Cases for an office, so that applications go on.", no_args_is_help=True
)
Case = Annotated[int, typer.Argument(metavar="CASE", help="Its number in the list")]
Basis = Annotated[str, typer.Option(help="Why you read it; kept in the audit trail")]


@app.command("list")
def list_(
    context: typer.Context,
    office: Annotated[str | None, typer.Option(help="Only of this office")] = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too")] = False,
    limit: Annotated[int, typer.Option(min=1)] = 200,
) -> None:
    """List the open cases, those due first, without personal data; 1 where one is overdue."""
    from flows.composite_services.assistance.reading import listed
    from flows.composite_services.proactive.waiting import listed as held

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        now = datetime.now(UTC)
        rows = listed(connection, now, office=office, every=every, most=limit)
        events = held(connection, environment, now, most=limit)
        zone = ZoneInfo(environment.settings.timezone)
    if session.json:
        as_json(rows)
    else:
        cells = [
            (str(row["id"]), row["kind"], row["number"], row["step"], row["office"],
             row["due_at"].astimezone(zone), "overdue" if row["overdue"] else row["state"],
             row["todo"])
            for row in rows
        ]  # fmt: skip
        columns = ("case", "kind", "application", "step", "office", "due", "state", "to do")
        out.print(table("Cases", columns, cells))
        if events:
            out.print(f"{len(events)} life event(s) wait too: `tereze life-events list`.")
    if any(row["overdue"] for row in [*rows, *events]):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def show(
    context: typer.Context,
    case: Case,
    basis: Basis,
    unmasked: Annotated[bool, typer.Option(help="Show identifiers; recorded as such")] = False,
) -> None:
    """Show a case: what is missing, what to do, what was sent and came; an audited reading."""
    from flows.composite_services.showing.file import moments

    session = current(context)
    found = _file(context, case, basis, unmasked=unmasked)
    found = moments(found, ZoneInfo(session.environment().settings.timezone))
    if session.json:
        as_json(found)
        return
    facts = [(name, value) for name, value in found["case"].items() if value is not None]
    out.print(table(f"Case {case}", ("field", "value"), facts))
    if found["allowed"]:
        out.print(f"--how {' | '.join(found['allowed'])}", markup=False)
    _print_rows("Asked for where it is done", found["asked_for"])
    _print_rows("Attempts", found["attempts"])
    _print_rows("Call-backs", found["call_backs"])
    if found["letter"]:
        out.print(found["letter"]["text"], markup=False, soft_wrap=True)


def _file(context: typer.Context, case: int, basis: str, *, unmasked: bool) -> dict[str, Any]:
    from flows.composite_services.assistance.reading import shown

    with current(context).database() as (engine, environment), engine.begin() as connection:
        return shown(connection, environment, case, actor=actor(), basis=basis, unmasked=unmasked)


def _print_rows(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        out.print(table(title, list(rows[0]), [list(row.values()) for row in rows]))


@app.command()
def resolve(
    context: typer.Context,
    case: Case,
    how: Annotated[str, typer.Option(help="go_on, done, refused, again or drop")],
    resolution: Annotated[str, typer.Option(help="What was done, in words")],
    answer: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A result, or the reason")
    ] = None,
) -> None:
    """Say what was done, and the application goes on from that step."""
    from flows.composite_services.assistance.cases import resolve as write

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        done = write(
            connection,
            environment,
            case,
            how=_how(how),
            resolution=resolution,
            answers=answers_of(answer or []),
            actor=actor(),
            moment=datetime.now(UTC),
        )
    if session.json:
        as_json(done)
    else:
        out.print(f"{done.number}: {done.sentence}.", markup=False, soft_wrap=True)


def _how(given: str) -> "How":
    from typing import get_args

    from flows.composite_services.assistance.cases import How

    for known in get_args(How):
        if known == given:
            return known  # type: ignore[no-any-return]  # get_args knows no types
    raise typer.BadParameter(f"--how is one of {', '.join(get_args(How))}")


def answers_of(given: list[str]) -> dict[str, Any]:
    """`NAME=VALUE` each; `true` and `false` of a yes-or-no field as they are meant."""
    found: dict[str, Any] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name or name in found:
            raise typer.BadParameter(f"--answer {name!r}: write NAME=VALUE, each name once")
        found[name] = {"true": True, "false": False}.get(value, value)
    return found


@app.command()
def letter(
    context: typer.Context,
    case: Case,
    basis: Basis,
    to: Annotated[Path | None, typer.Option(help="A text file; else it is printed")] = None,
) -> None:
    """Write the letter of an undo by letter, ready to send; sends nothing. An audited reading."""
    from flows.composite_services.letters.written import write

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        made = write(connection, environment, case, actor=actor(), basis=basis)
    if to is not None:
        to.write_text(made.text, encoding="utf-8")
    if session.json:
        as_json({**vars(made), "file": to})
    elif to is None:
        print(made.text, end="")
    else:
        out.print(f"Written to {to}.", markup=False)
