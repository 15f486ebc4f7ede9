"""`tereze apply`: what an application would do, and start it."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, err, out, table
from console.session import Session, actor, current

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from flows.composite_services.intake.apply import Line, Way
    from models.environment.loader import Environment

STDIN = "-"
NAMED = 20
"""So many lines of a file that could not be taken are named on a terminal; JSON has all."""


def apply(
    context: typer.Context,
    composite: Annotated[str, typer.Argument(help="The composite service, as its file calls it")],
    data: Annotated[
        str | None, typer.Option(help="The form: a file of JSON, or - for standard input")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Many forms: a file of JSON Lines; each its own result")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; nothing is sent")
    ] = False,
    start: Annotated[bool, typer.Option("--start", help="Start the application")] = False,
    language: Annotated[
        str | None, typer.Option(help="The person's; else the environment's first")
    ] = None,
    office: Annotated[str | None, typer.Option(help="Code of the office that takes it in")] = None,
    region: Annotated[str | None, typer.Option(help="Code of the region")] = None,
    channel: Annotated[str | None, typer.Option(help="Code of the way by which it came")] = None,
    look_up: Annotated[
        str | None,
        typer.Option(help="Look up what the state knows; the person's consent, as its basis"),
    ] = None,
    page: Annotated[Path | None, typer.Option(help="Write the dry run as a page to print")] = None,
) -> None:
    """Say what an application for several services would do (--dry-run), or start it (--start)."""
    if dry_run == start:
        raise typer.BadParameter("give either --dry-run or --start")
    if (data is None) == (file is None) or (file is not None and dry_run):
        raise typer.BadParameter("give --data FILE, or --file MANY.jsonl with --start")
    if (page is not None or look_up is not None) and not dry_run:
        raise typer.BadParameter("--page and --look-up belong to --dry-run")
    from flows.composite_services.intake.apply import Way

    session = current(context)
    with session.database() as (engine, environment):
        chosen = language or environment.settings.languages[0]
        way = Way(actor(), chosen, "command", office, region, channel)
        if data is not None and dry_run:
            _dry_run(session, engine, environment, composite, _form(data), way, look_up, page)
        elif data is not None:
            _start(session, engine, environment, composite, _form(data), way)
        elif file is not None:
            _start_many(session, engine, environment, composite, file, way)


def _form(path: str) -> Any:
    """The form in a file.

    Raises:
        ConfigurationError: it cannot be read.
    """
    import sys

    from flows.composite_services.intake.apply import LONGEST, parse_form
    from models.errors import ConfigurationError

    try:
        if path == STDIN:
            return parse_form(sys.stdin.buffer.read(LONGEST + 1))
        with Path(path).open("rb") as stream:
            return parse_form(stream.read(LONGEST + 1))
    except (OSError, ValueError) as error:
        found = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(
            f"Reading the form {path}", found or "it cannot be read", "Give a file of JSON"
        ) from error


def _dry_run(
    session: Session,
    engine: "Engine",
    environment: "Environment",
    composite: str,
    form: Any,
    way: "Way",
    look_up: str | None,
    page: Path | None,
) -> None:
    from console.planning import show
    from flows.composite_services.dry_run.look_up import LookedUp
    from flows.composite_services.dry_run.look_up import look_up as look
    from flows.composite_services.dry_run.page import page as printed
    from flows.composite_services.dry_run.plan import plan

    known = LookedUp()
    if look_up is not None and isinstance(form, dict):
        known = look(engine, environment, composite, form, actor=way.actor, basis=look_up)
    with engine.begin() as connection:
        found = plan(
            connection,
            environment,
            composite,
            form,
            language=way.language,
            moment=datetime.now(UTC),
            channel=way.channel,
            looked_up=known.results,
        )
    settings = environment.settings
    for step, why in known.unanswered.items():
        err.print(f"{step}: could not be looked up: {why}", markup=False, soft_wrap=True)
    if page is not None:
        page.write_text(printed(found, settings.timezone, settings.title), encoding="utf-8")
    if session.json:
        as_json(found)
    else:
        show(found, settings.timezone)
        if page is not None:
            out.print(f"To print: {page}", markup=False, soft_wrap=True)
    if found.problems:
        raise typer.Exit(NEEDS_A_PERSON)


def _start(
    session: Session,
    engine: "Engine",
    environment: "Environment",
    composite: str,
    form: Any,
    way: "Way",
) -> None:
    from console.planning import next_steps
    from flows.composite_services.intake.apply import apply as take_in

    started = take_in(engine, environment, composite, form, way, datetime.now(UTC))
    if not started.again:
        hand_over(engine, environment, started.number)
    stands = next_steps(engine, environment, started.number)
    if session.json:
        as_json({"number": started.number, "again": started.again, **stands})
        return
    if started.again:
        out.print(f"{started.number}: this application was sent before; here is how it stands.")
    else:
        out.print(f"{started.number}: started.")
    out.print(stands["sentence"], markup=False, soft_wrap=True)
    rows = [[each["name"], each["sentence"], each["due_at"]] for each in stands["steps"]]
    out.print(table("Steps", ("step", "how it stands", "due"), rows))
    out.print(f"It goes on by itself; `tereze application show {started.number}` tells how.")


def hand_over(engine: "Engine", environment: "Environment", number: str) -> None:
    """Have the worker carry it; where no Prefect server is, carry it here as far as it goes."""
    from deployments.jobs import reference
    from flows.composite_services.background import delay
    from flows.composite_services.engine.carry import carry

    if not delay(reference(environment.folder), number):
        carry(engine, environment, number)


def _start_many(
    session: Session,
    engine: "Engine",
    environment: "Environment",
    composite: str,
    path: Path,
    way: "Way",
) -> None:
    from console.pulling import progress
    from flows.composite_services.intake.apply import apply_many

    done, size = 0, path.stat().st_size if path.exists() else 0
    lines: list[Line] = []
    with progress(path.name) as advance:

        def told(read: int) -> None:
            nonlocal done
            done += read
            if advance is not None:
                advance(done, size)

        for line in apply_many(
            engine, environment, composite, path, way, lambda: datetime.now(UTC), told
        ):
            lines.append(line)
    bad = [line for line in lines if line.number is None]
    if session.json:
        as_json(lines)
    else:
        _tell_many(lines, bad)
    if bad:
        raise typer.Exit(NEEDS_A_PERSON)


def _tell_many(lines: "list[Line]", bad: "list[Line]") -> None:
    counted = Counter(line.outcome for line in lines)
    out.print(", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in sorted(counted.items())))
    for line in bad[:NAMED]:
        err.print(f"  line {line.line}: {'; '.join(line.sentences)}", markup=False, soft_wrap=True)
    if len(bad) > NAMED:
        err.print(f"  … and {len(bad) - NAMED:,} more lines; --json tells all", markup=False)
    if counted["started"]:
        out.print("They are carried on by the workers of `tereze up`, or by its next tick.")
