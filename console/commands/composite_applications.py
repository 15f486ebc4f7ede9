"""`tereze application show|cancel|resume` of applications for several services."""

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import Session, actor, current

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.composite_services.undoing.preview import Meant
    from models.environment.loader import Environment

STEP = ("name", "state", "sentence", "due_at", "ended_at", "reference", "result", "why")
EVIDENCE = ("began_at", "step", "does", "outcome", "code", "asked_sha256", "answered_sha256")


def file(
    connection: "Connection",
    environment: "Environment",
    number: str,
    basis: str,
    language: str | None,
    *,
    unmasked: bool,
) -> dict[str, Any] | None:
    """The composite application of this number, as a person reads it; None where it is none."""
    from flows.composite_services.showing.file import file_of, moments
    from flows.composite_services.undoing.cancel import known

    identity = known(connection, number)
    if identity is None:
        return None
    found = file_of(
        connection,
        environment,
        identity,
        actor=actor(),
        basis=basis,
        language=language,
        unmasked=unmasked,
    )
    return dict(moments(found, ZoneInfo(environment.settings.timezone)))


def print_file(found: dict[str, Any]) -> None:
    """How it stands, what happens next, what was, and the evidence."""
    head = found["application"]
    facts = [(name, value) for name, value in head.items() if value is not None]
    out.print(table(f"Application {head['number']}", ("field", "value"), facts))
    _rows("What happens next", ("step", "what", "who", "due_at"), found["next"])
    steps = [{**row, "why": _why(row)} for row in found["steps"]]
    _rows("Steps", STEP, steps)
    _rows("What happened", ("at", "sentence", "actor"), found["history"])
    _rows("Cases", ("id", "step", "kind", "office", "state", "due_at", "how"), found["cases"])
    _rows("Evidence", EVIDENCE, found["attempts"])
    _rows("Call-backs", ("received_at", "step", "outcome", "body_sha256"), found["call_backs"])
    if "form" in found:
        out.print(table("The form", ("field", "value"), list(found["form"].items())))


def _why(row: dict[str, Any]) -> str | None:
    """The refusal's reason and grounds, and what it means for the rest."""
    refusal = row["refusal"]
    if refusal is None:
        return None
    parts = (refusal["reason"], refusal["grounds"], row["refusal_means"])
    return "; ".join(str(part) for part in parts if part)


def _rows(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    if rows:
        shown = [[_cell(name, row[name]) for name in columns] for row in rows]
        out.print(table(title, [name.replace("_", " ") for name in columns], shown))


def _cell(column: str, value: Any) -> Any:
    """Of a digest its beginning, and a number as it is written."""
    if value is not None and column.endswith("sha256"):
        return str(value)[:12]
    return str(value) if column == "id" else value


def cancel(
    context: typer.Context,
    number: str,
    reason: Annotated[
        str | None, typer.Option(help="Why; without it only what it would mean is shown")
    ] = None,
) -> None:
    """Withdraw an application and take back what was done; without a reason, say what it means.

    What was done last is taken back first. 1 where something stays, or needs a letter or a
    person.
    """
    from datetime import UTC, datetime

    from flows.composite_services.loading import read
    from flows.composite_services.undoing.cancel import cancel as withdraw
    from flows.composite_services.undoing.cancel import find
    from flows.composite_services.undoing.preview import preview

    session = current(context)
    with session.database() as (engine, environment):
        with engine.begin() as connection:
            if reason is None:
                identity = find(connection, number)
                loaded = read(connection, [identity])[identity]
                meant = preview(connection, loaded, environment.settings.languages[0])
                done: Any = {"number": number, "meant": meant, "cancelled": False}
            else:
                now = datetime.now(UTC)
                done = withdraw(
                    connection, environment, number, reason=reason, actor=actor(), moment=now
                )
                meant = done.meant
        if reason is not None:
            _hand_on(environment, number)
    _tell_cancelled(session, number, done, meant, cancelled=reason is not None)
    if any(each.fate in ("letter", "stays", "with_staff") for each in meant):
        raise typer.Exit(NEEDS_A_PERSON)


def _tell_cancelled(
    session: Session, number: str, done: Any, meant: "list[Meant]", *, cancelled: bool
) -> None:
    if session.json:
        as_json(done)
        return
    title = f"{number}: is taken back" if cancelled else f"{number}: what cancelling would mean"
    rows = [(each.fate.replace("_", " "), each.sentence) for each in meant]
    out.print(table(title, ("what", "in words"), rows))
    if not cancelled:
        out.print('Nothing was done. Give --reason "…" to cancel it.', markup=False)


def resume(
    context: typer.Context,
    number: str,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail")],
) -> None:
    """Try and ask now, instead of at the next turn; sends nothing twice. 1 where a person waits."""
    from datetime import UTC, datetime

    from flows.composite_services.assistance.resuming import resume as go_on
    from flows.composite_services.engine.carry import carry

    session = current(context)
    with session.database() as (engine, environment):
        now = datetime.now(UTC)
        with engine.begin() as connection:
            due = go_on(connection, environment, number, reason=reason, actor=actor(), moment=now)
        carried = carry(engine, environment, number)
    if session.json:
        as_json({"due": due, **vars(carried)})
    else:
        out.print(f"{number}: {carried.sentence}.", markup=False, soft_wrap=True)
    if carried.state == "person":
        raise typer.Exit(NEEDS_A_PERSON)


def _hand_on(environment: "Environment", number: str) -> None:
    """A worker is woken by the change itself; where Prefect is, it shows as a run too."""
    from flows.composite_services.background import delay

    delay(environment.folder.name, number)
