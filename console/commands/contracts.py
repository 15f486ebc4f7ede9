"""`tereze contracts list|show|accept`."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from flows.failures.contracts.summary import Standing

app = typer.Typer(
    name="contracts", help="What systems promise to answer, and how it changed.",
    no_args_is_help=True,
)  # fmt: skip
System = Annotated[str, typer.Argument(metavar="SYSTEM", show_default=False)]
Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the declared contracts and how they stand; 1 where one needs a person."""
    from flows.failures.contracts.summary import standings

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        found = standings(connection, environment)
    if session.json:
        as_json([_plain(each) for each in found])
    else:
        columns = ("system", "contract", "kind", "stands", "last read", "next pull")
        rows = [(s.system, s.name, s.kind, _state(s), s.seen_at, _next(s)) for s in found]
        out.print(table("Contracts", columns, rows))
    if any(each.differences or each.unreadable for each in found):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def show(context: typer.Context, system: System, name: Name) -> None:
    """Show how a contract differs from the accepted one; 1 where it does."""
    from flows.failures.contracts.summary import standing

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        found = standing(connection, environment, system, name)
    if session.json:
        as_json(_plain(found))
    else:
        out.print(f"{system} {name} ({found.kind}): {_state(found)}.", markup=False)
        out.print(f"Accepted {_moment(found.accepted_at)} by {found.accepted_by or 'nobody'};"
                  f" last read {_moment(found.seen_at)}.", markup=False)  # fmt: skip
        if found.problem:
            out.print(found.problem, markup=False, soft_wrap=True)
        rows = [(d.sentence, d.breaking, d.ours) for d in found.differences]
        if rows:
            out.print(table("Differences", ("what", "breaks readers", "we use it"), rows))
        for each in found.pulls:
            out.print(f"{each.sentence[:1].upper()}{each.sentence[1:]}.", markup=False)
    if found.differences or found.unreadable:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def accept(
    context: typer.Context,
    system: System,
    name: Name,
    reason: Annotated[str | None, typer.Option(help="Why; kept in the audit trail")] = None,
) -> None:
    """Accept a contract as it was read last; it goes on the audit trail."""
    from datetime import UTC, datetime

    from flows.failures.contracts.store import accept as take
    from flows.failures.contracts.summary import standing

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        standing(connection, environment, system, name)  # a name that is none is told
        told = take(connection, system, name, datetime.now(UTC), actor(), reason=reason)
    if session.json:
        as_json([each.model_dump() for each in told])
        return
    out.print(f"Accepted, with {len(told):,} difference(s):")
    for each in told:
        out.print(f"  {each.sentence}", markup=False, soft_wrap=True)


def _state(standing: "Standing") -> str:
    if standing.tried_at is None:
        return "not read yet"
    unreadable = f"cannot be read ({standing.unreadable} looks)" if standing.unreadable else ""
    differs = f"{len(standing.differences)} difference(s)" if standing.differences else ""
    return ", ".join(each for each in (differs, unreadable) if each) or "as accepted"


def _next(standing: "Standing") -> str:
    return standing.pulls[0].outcome.replace("_", " ") if standing.pulls else ""


def _moment(moment: object) -> str:
    from console.printing import shown

    return shown(moment) or "never"


def _plain(standing: "Standing") -> dict[str, object]:
    from dataclasses import asdict

    pulls = [each.model_dump() | {"sentence": each.sentence} for each in standing.pulls]
    return asdict(standing) | {"pulls": pulls}
