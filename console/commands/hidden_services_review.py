"""`tereze hidden-services list|show|decide`: candidates, and what people make of them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from flows.hidden_services.listing import Shown

Number = Annotated[int, typer.Argument(metavar="CANDIDATE", help="Its number")]
Region = Annotated[str | None, typer.Option(help="Only what may be of this region")]


def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Decided ones too")] = False,
    state: Annotated[str | None, typer.Option(help="Only in this state")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind")] = None,
    region: Region = None,
    organisation: Annotated[str | None, typer.Option(help="Only of this body")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List candidates, the likeliest first; 1 where one is new and nobody looks at it."""
    from flows.hidden_services.candidates.state import OPEN
    from flows.hidden_services.listing import Filter, list_candidates
    from models.hidden_services import CANDIDATE_KINDS, STATES

    _one_of("--state", state, STATES)
    _one_of("--kind", kind, CANDIDATE_KINDS)
    states = (state,) if state else STATES if every else OPEN
    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        wanted = Filter(states, kind, region, organisation, limit)
        found = list_candidates(connection, wanted)
        languages = environment.settings.languages
    if session.json:
        as_json(found)
    else:
        rows = [
            (c.id, c.kind, c.state, f"{c.probability:.2f}", _name(c.names, languages),
             c.organisations, c.volume)
            for c in found
        ]  # fmt: skip
        columns = ("id", "kind", "state", "probability", "name", "bodies", "uses")
        out.print(table("Candidates", columns, rows))
    if any(each.state == "new" for each in found):
        raise typer.Exit(NEEDS_A_PERSON)


def show(context: typer.Context, candidate: Number) -> None:
    """Show a candidate: why it is one, where it was seen, and who decided what."""
    from flows.hidden_services.listing import show as shown

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        found = shown(connection, candidate)
        languages = environment.settings.languages
    if session.json:
        as_json(found)
    else:
        _print(found, languages)


def decide(
    context: typer.Context,
    candidate: Number,
    to: Annotated[str, typer.Option(help="The state it is to have")],
    why: Annotated[str, typer.Option("--comment", "-m", help="Why, in a few words")],
    seen: Annotated[
        int | None, typer.Option(help="The revision that you looked at: nobody decided since")
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="The register's code, for entered and renamed")
    ] = None,
    draft: Annotated[
        Path | None, typer.Option(help="Write the draft register entry to this file")
    ] = None,
) -> None:
    """Take a candidate one step on; 1 where somebody decided before you."""
    from console.printing import err, escaped
    from flows.hidden_services.decide import Decision, Overtaken
    from flows.hidden_services.decide import decide as settle

    session = current(context)
    decision = Decision(to, why, seen, service)
    with session.database() as (engine, environment), engine.begin() as connection:
        try:
            done = settle(connection, environment, candidate, decision, actor=actor())
        except Overtaken as error:
            err.print(f"[yellow]{escaped(str(error))}[/]", soft_wrap=True)
            raise typer.Exit(NEEDS_A_PERSON) from error
    if draft is not None and done.draft is not None:
        draft.write_text(done.draft, encoding="utf-8")
    if session.json:
        as_json(done)
        return
    out.print(f"Candidate {done.candidate}: {done.was} is now {done.became}.")
    if done.draft is not None:
        out.print(done.draft, markup=False)


def _one_of(option: str, given: str | None, known: tuple[str, ...]) -> None:
    from models.errors import ConfigurationError

    if given is not None and given not in known:
        listed = ", ".join(known)
        raise ConfigurationError(f"Reading {option}", f"no {given!r}", f"Give one of {listed}")


def _name(names: dict[str, str], languages: list[str]) -> str:
    """The name in the first of the environment's languages that it has one in."""
    chosen = next((names[each] for each in languages if each in names), None)
    return chosen or next(iter(names.values()), "(no name)")


def _print(found: "Shown", languages: list[str]) -> None:
    c = found.candidate
    out.print(f"Candidate {c['id']}: {_name(c['names'], languages)}", markup=False)
    beside = f", register code {c['service']}" if c["service"] else ""
    out.print(f"{c['kind']}, {c['state']} (revision {c['revision']}), probability "
              f"{c['probability']:.2f}{beside}", markup=False)  # fmt: skip
    out.print(c["why"], markup=False, soft_wrap=True)
    observed = [(o["kind"], o["system"], o["code"], _name(o["names"], languages), o["volume"],
                 o["last_seen"]) for o in found.observations]  # fmt: skip
    if observed:
        columns = ("seen as", "in", "code", "name", "uses", "last")
        out.print(table("Observations", columns, observed))
    steps = [_step(each) for each in found.history]
    out.print(table("History", ("when", "who", "became", "why"), steps))
    if c["draft"]:
        out.print(c["draft"], markup=False)


def _step(step: dict[str, Any]) -> tuple[datetime, str, str, str]:
    words = step["reason"] if step["was"] is None else step["sentence"]
    return step["at"], step["actor"], step["became"], words


VERBS: dict[str, Callable[..., None]] = {"list": list_, "show": show, "decide": decide}
