"""`tereze alerts …`: what needs a person, and who has it."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.handling import end_of, handle, wrong_use
from console.printing import as_json, aside, out, table
from console.session import current

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.alerts.handle import Hand

app = typer.Typer(name="alerts", help="What needs a person, and who has it.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="ALERT", help="Its fingerprint, or 6 of it")]
Why = Annotated[str, typer.Option("--comment", "-m", help="Why, in a few words")]
Whole = Annotated[
    bool, typer.Option("--group", help="Every alert that is told with it and in the same state")
]
Until = Annotated[str, typer.Option(help="An ISO time, local to the environment")]


@app.command("list")
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones too")] = False,
    name: Annotated[str | None, typer.Option(help="Only of this name")] = None,
    severity: Annotated[str | None, typer.Option(help="critical, warning or info")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
) -> None:
    """List alerts, the newest first; 1 where one fires that nobody has taken."""
    from console.alerts import waits
    from flows.alerts.listing import Filter, list_alerts

    session = current(context)
    going_on = ("firing", "acknowledged", "silenced")
    states = (*going_on, "resolved") if every else going_on
    with session.database() as (engine, environment), engine.connect() as connection:
        wanted = Filter(states=states, name=name, severity=severity, limit=limit)
        found = list_alerts(connection, wanted, waits(environment))
    if session.json:
        as_json(found)
    else:
        rows = [(a.fingerprint[:12], "waits" if a.waits else a.state, a.severity, a.name,
                 a.assignee, a.sentence, a.starts_at) for a in found]  # fmt: skip
        columns = ("alert", "state", "severity", "name", "who", "what", "since")
        out.print(table("Alerts", columns, rows))
        if any(alert.waits for alert in found):
            out.print("waits: no notice of it goes out while another alert explains it")
    if any(alert.state == "firing" for alert in found):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def show(context: typer.Context, alert: Named) -> None:
    """Show one alert: what it is, what became of it, what people said, who was told."""
    from console.alerts import tell, waits
    from flows.alerts import listing
    from flows.alerts.naming import CannotHandle

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        try:
            found = listing.show(connection, alert, waits(environment))
        except CannotHandle as error:
            raise wrong_use(error) from error
    if session.json:
        as_json(found)
    else:
        tell(found)


@app.command()
def ack(context: typer.Context, alert: Named, comment: Why, group: Whole = False) -> None:
    """Say that you work on it: no more notices of it until it ends."""
    from flows.alerts.handle import acknowledge

    handle(current(context), comment, lambda c, hand: acknowledge(c, alert, hand), group)


@app.command()
def assign(
    context: typer.Context,
    alert: Named,
    to: Annotated[str, typer.Option(help="A person's code in on_call.yaml")],
    comment: Why,
) -> None:
    """Put it into somebody's hands, and tell them."""
    from flows.alerts.assigning import assign_and_tell
    from flows.alerts.house import House

    session = current(context)
    house = House.of(session.environment())
    handle(session, comment, lambda c, hand: assign_and_tell(c, house, alert, to, hand))


@app.command()
def comment(
    context: typer.Context,
    alert: Named,
    words: Annotated[str, typer.Argument(metavar="TEXT", help="What there is to say")],
) -> None:
    """Say something about it; it goes on as it is."""
    from flows.alerts import handle as deeds

    handle(current(context), words, lambda c, hand: deeds.comment(c, alert, hand))


@app.command()
def snooze(
    context: typer.Context,
    alert: Named,
    comment: Why,
    for_: Annotated[str, typer.Option("--for", help="How long: 30m, 2h")] = "1h",
    group: Whole = False,
) -> None:
    """Keep quiet about it for a while; it is told again if it goes on."""
    from datetime import UTC, datetime

    from console.times import duration
    from flows.alerts import handle as deeds

    now = datetime.now(UTC)
    until = now + duration(for_, "--for")
    handle(
        current(context), comment, lambda c, hand: deeds.snooze(c, alert, until, now, hand), group
    )


@app.command()
def resolve(context: typer.Context, alert: Named, comment: Why, group: Whole = False) -> None:
    """Declare it ended; it fires again only when the data say that it began anew."""
    from datetime import UTC, datetime

    from flows.alerts.handle import resolve_by_hand

    now = datetime.now(UTC)
    handle(current(context), comment, lambda c, hand: resolve_by_hand(c, alert, now, hand), group)


@app.command()
def silence(
    context: typer.Context,
    until: Until,
    comment: Why,
    alert: Annotated[str | None, typer.Argument(metavar="[ALERT]", help="This one")] = None,
    match: Annotated[
        list[str] | None, typer.Option(help="Or all that fit: system=land, severity!=info")
    ] = None,
) -> None:
    """Keep quiet until a moment about one alert, or about all that fit; a silence has an end."""
    from console.alerts import wanted
    from flows.alerts import silences

    session = current(context)
    end, now = end_of(session, until)

    def deed(connection: "Connection", hand: "Hand") -> str:
        matchers = wanted(connection, alert, match or [])
        number, count = silences.silence(connection, matchers, end, now, hand)
        alerts = "1 alert" if count == 1 else f"{count} alerts"
        return f"silence {number}, {alerts}"

    handle(session, comment, deed)


@app.command()
def unsilence(
    context: typer.Context,
    named: Annotated[
        str, typer.Argument(metavar="NUMBER|ALERT", help="A silence, or a snoozed alert")
    ],
    comment: Why,
) -> None:
    """End a silence or a snooze before its time."""
    from datetime import UTC, datetime

    from flows.alerts import handle as deeds
    from flows.alerts import silences
    from flows.alerts.naming import SHORTEST

    now = datetime.now(UTC)

    def deed(connection: "Connection", hand: "Hand") -> str:
        if named.isdecimal() and len(named) < SHORTEST:
            count = silences.lift(connection, int(named), now, hand)
            return f"silence {named}, {count} alerts fire again"
        return deeds.wake(connection, named, hand)

    handle(current(context), comment, deed)


@app.command("silences")
def silences_(context: typer.Context) -> None:
    """List the silences that go on."""
    from datetime import UTC, datetime

    from flows.alerts.silences import known

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        found = known(connection, datetime.now(UTC))
    if session.json:
        as_json(found)
    else:
        rows = [(s.id, " ".join(s.matchers), s.alerts, s.author, s.reason, s.ends_at)
                for s in found]  # fmt: skip
        columns = ("silence", "alerts that fit", "now", "by", "why", "until")
        out.print(table("Silences", columns, rows))


@app.command("on-call")
def on_call(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help="As of this ISO time; else now")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How far to look ahead")] = 7,
) -> None:
    """Show who has the watch, when it passes on, and when nobody has it; 1 in such a gap."""
    from datetime import UTC, datetime

    from console.alerts import tell_watches
    from console.times import moment
    from flows.alerts.house import House

    session = current(context)
    environment = session.environment()
    now = moment(at, environment.settings.timezone, "--at") or datetime.now(UTC)
    if tell_watches(House.of(environment), now, days, session.json):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def notify(context: typer.Context) -> None:
    """Deliver the notices that are due now; 1 where one could not be delivered."""
    from datetime import UTC, datetime

    from console.recording import recorded
    from flows.alerts.house import House
    from flows.alerts.notices import notify as deliver
    from flows.alerts.summary import sentence

    session = current(context)
    with (
        session.database() as (engine, environment),
        recorded(engine, environment, "alerts") as run,
        aside(session.json),
    ):  # a receiver is the terminal
        report = deliver(engine, House.of(environment), datetime.now(UTC))
        run.says(sentence(report))
    if session.json:
        as_json(report)
    else:
        out.print(f"{sentence(report)}.")
    if report.retrying or report.failed or report.unrouted:
        raise typer.Exit(NEEDS_A_PERSON)
