"""`tereze alerts list|ack|silence|resolve|notify`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, aside, out, table
from console.session import Session, actor, current

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.alerts.handle import Hand

app = typer.Typer(name="alerts", help="What needs a person, and who has it.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="ALERT", help="Its fingerprint, or 6 of it")]
Why = Annotated[str, typer.Option("--comment", "-m", help="Why, in a few words")]


@app.command("list")
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones too")] = False,
    name: Annotated[str | None, typer.Option(help="Only of this name")] = None,
    severity: Annotated[str | None, typer.Option(help="critical, warning or info")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
) -> None:
    """List alerts, the newest first; 1 where one fires that nobody has taken."""
    from flows.alerts.handle import Filter, list_alerts

    session = current(context)
    going_on = ("firing", "acknowledged", "silenced")
    states = (*going_on, "resolved") if every else going_on
    with session.database() as (engine, _), engine.connect() as connection:
        wanted = Filter(states=states, name=name, severity=severity, limit=limit)
        found = list_alerts(connection, wanted)
    if session.json:
        as_json(found)
    else:
        rows = [(a.fingerprint[:12], a.state, a.severity, a.name, a.sentence, a.starts_at)
                for a in found]  # fmt: skip
        columns = ("alert", "state", "severity", "name", "what", "since")
        out.print(table("Alerts", columns, rows))
    if any(alert.state == "firing" for alert in found):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def ack(context: typer.Context, alert: Named, comment: Why) -> None:
    """Say that you work on it: no more notices of it until it ends."""
    from flows.alerts.handle import acknowledge

    _handle(current(context), comment, lambda c, hand: acknowledge(c, alert, hand))


@app.command()
def silence(
    context: typer.Context,
    alert: Named,
    until: Annotated[str, typer.Option(help="An ISO time, local to the environment")],
    comment: Why,
) -> None:
    """Keep quiet about it until a moment."""
    from datetime import UTC, datetime

    from console.times import moment
    from flows.alerts import handle

    session = current(context)
    end = moment(until, session.environment().settings.timezone, "--until")
    assert end is not None, "an option that is required"
    now = datetime.now(UTC)
    _handle(session, comment, lambda c, hand: handle.silence(c, alert, end, now, hand))


@app.command()
def resolve(context: typer.Context, alert: Named, comment: Why) -> None:
    """Declare it ended; it fires again only when the data say that it began anew."""
    from datetime import UTC, datetime

    from flows.alerts.handle import resolve_by_hand

    now = datetime.now(UTC)
    _handle(current(context), comment, lambda c, hand: resolve_by_hand(c, alert, now, hand))


@app.command()
def notify(context: typer.Context) -> None:
    """Deliver the notices that are due now; 1 where one could not be delivered."""
    from datetime import UTC, datetime

    from console.recording import recorded
    from flows.alerts.notices import notify as deliver
    from flows.alerts.summary import sentence
    from models.database.embedded import home

    session = current(context)
    with session.database() as (engine, environment):
        now = datetime.now(UTC)
        with (
            recorded(engine, environment, "alerts") as run,
            aside(session.json),
        ):  # a receiver is the terminal
            report = deliver(engine, environment.alerts, environment.settings, now, home())
            run.says(sentence(report))
    if session.json:
        as_json(report)
    else:
        out.print(f"{sentence(report)}.")
    if report.retrying or report.failed or report.unrouted:
        raise typer.Exit(NEEDS_A_PERSON)


def _handle(session: Session, comment: str, deed: "Callable[[Connection, Hand], str]") -> None:
    from flows.alerts.handle import CannotHandle, Hand
    from models.errors import ConfigurationError
    from models.masking import Masker

    with session.database() as (engine, environment), engine.begin() as connection:
        hand = Hand(actor(), comment, Masker(environment.settings.identifiers))
        try:
            fingerprint = deed(connection, hand)
        except CannotHandle as error:  # the command named the wrong thing: wrong use
            raise ConfigurationError(error.tried, error.found, error.next_step) from error
    if session.json:
        as_json({"fingerprint": fingerprint})
    else:
        out.print(f"Done: {fingerprint}")
