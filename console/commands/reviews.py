"""`tereze reviews list|show|close|dispute|revise|statistics`: breaches examined, to the end."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from console.commands.clocks import worked
from console.failures import NEEDS_A_PERSON
from console.printing import as_json, err, escaped, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.delays.reviews.listing import Shown
    from flows.delays.reviews.steps import Decided

app = typer.Typer(
    name="reviews",
    help="Breaches, examined: why, who answers, what was done.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(metavar="REVIEW", help="Its number in the list")]
Seen = Annotated[
    int | None, typer.Option(help="The revision that you looked at: nobody decided since")
]


@app.command("list")
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Closed and withdrawn ones too")] = False,
    cause: Annotated[str | None, typer.Option(help="Only with this cause")] = None,
    department: Annotated[str | None, typer.Option(help="Only of this department")] = None,
    region: Annotated[str | None, typer.Option(help="Only of this region")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List reviews, those due first at the top; 1 where one is past its own term."""
    from flows.delays.reviews.listing import Wanted, listed
    from models.reviews import OPEN, STATES

    session = current(context)
    wanted = Wanted(STATES if every else OPEN, cause, department, region, limit)
    with session.database() as (engine, _), engine.connect() as connection:
        found = listed(connection, wanted, datetime.now(UTC))
    if session.json:
        as_json(found)
    else:
        names = ("id", "state", "cause", "party", "cases", "department", "due_at")
        rows = [[row[name] for name in names] for row in found]
        columns = ("review", "state", "cause", "answers for it", "cases", "department", "due")
        out.print(table("Reviews", columns, rows))
    if any(row["overdue"] for row in found):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command()
def show(context: typer.Context, review: Number) -> None:
    """Show a review: why, the time piece by piece, the questions, who did what."""
    from flows.delays.reviews.listing import show as shown

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        found = shown(connection, review)
        zone = ZoneInfo(environment.settings.timezone)
    if session.json:
        as_json(found)
    else:
        tell(found, zone)


def tell(found: "Shown", zone: ZoneInfo) -> None:
    """Print a review for a person."""
    row = found.review
    names = ("state", "revision", "cause", "party", "evidence", "region", "department",
             "opened_at", "due_at", "settled_cause", "settled_body", "measure", "restored",
             "closed_at")  # fmt: skip
    facts = [(name.replace("_", " "), row[name]) for name in names if row[name] is not None]
    out.print(f"Review {row['id']}: {found.sentence}.", markup=False)
    out.print(table("", ("what", "is"), facts))
    for place, question in enumerate(row["questions"]):
        answer = row["answers"][place] if row["answers"] else "(to be answered)"
        out.print(f"{place + 1}. {question} {answer}", markup=False, soft_wrap=True)
    cases = [
        (c["number"], c["system"], c["state"], c["due_at"], worked(c["late"])) for c in found.cases
    ]
    title = f"Cases ({found.count:,})"
    out.print(table(title, ("number", "system", "state", "due", "late, worked"), cases))
    for case in found.cases[:1]:
        pieces = [
            (_local(p["since"], zone), _local(p["until"], zone), p["party"],
             p["stage"] or p["event"], worked(p["seconds"]))
            for p in case["timeline"]
        ]  # fmt: skip
        columns = ("from", "to", "whose", "since the event", "worked")
        out.print(table(f"Timeline of {case['number']}", columns, pieces))
    history = [(h["at"], h["actor"], h["became"], h["reason"], h["sentence"])
               for h in found.history]  # fmt: skip
    out.print(table("History", ("when", "who", "became", "reason", "what"), history))


def _local(written: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(written).astimezone(zone):%Y-%m-%d %H:%M}"


@app.command()
def close(
    context: typer.Context,
    review: Number,
    cause: Annotated[str, typer.Option(help="What it was in the end")],
    measure: Annotated[str, typer.Option(help="What was done about it")],
    restored: Annotated[
        bool,
        typer.Option(
            "--restored/--not-restored",
            help="Whether the person has the right without a new application",
        ),
    ],
    body: Annotated[str | None, typer.Option(help="Who answers for it: a code")] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="To each question, in their order")
    ] = None,
    seen: Seen = None,
) -> None:
    """Close a review; 1 where somebody decided before you."""
    from flows.delays.reviews.decide import Closing
    from flows.delays.reviews.decide import close as settle

    closing = Closing(cause, body, measure, restored, answer or (), seen)
    _write(context, settle, review, closing)


@app.command()
def dispute(
    context: typer.Context,
    review: Number,
    body: Annotated[str, typer.Option(help="Which body says so: its code")],
    says: Annotated[str, typer.Option(help="accept, not_ours or rule_is_wrong")],
    why: Annotated[str, typer.Option("--comment", "-m", help="Why, in a few words")],
    seen: Seen = None,
) -> None:
    """Write down what a body says to a review; 1 where somebody decided before."""
    from flows.delays.reviews.decide import Dispute
    from flows.delays.reviews.decide import dispute as write

    position = Dispute(body, says, why, seen)
    _write(context, write, review, position)


@app.command()
def revise(
    context: typer.Context,
    review: Number,
    cause: Annotated[str, typer.Option(help="What it probably was after all")],
    why: Annotated[str, typer.Option("--comment", "-m", help="Why, in a few words")],
    body: Annotated[str | None, typer.Option(help="Who answers for it: a code")] = None,
    seen: Seen = None,
) -> None:
    """Decide a dispute, or say the probable cause anew; 1 where somebody decided before."""
    from flows.delays.reviews.revise import Revision
    from flows.delays.reviews.revise import revise as write

    revision = Revision(cause, body, why, seen)
    _write(context, write, review, revision)


def _write(context: typer.Context, deed: "Callable[..., Decided]", review: int, what: Any) -> None:
    """Do it in the name of who sits there, and say what the review is now."""
    from models.errors import Overtaken

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        try:
            done = deed(connection, environment, review, what, actor=actor())
        except Overtaken as error:
            err.print(f"[yellow]{escaped(str(error))}[/]", soft_wrap=True)
            raise typer.Exit(NEEDS_A_PERSON) from error
    if session.json:
        as_json(done)
    else:
        out.print(f"Review {done.review}: {done.was} is now {done.became}.")


@app.command()
def statistics(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(help="Only those opened from then on; an ISO time")
    ] = None,
) -> None:
    """Count reviews and their cases by cause."""
    from console.times import moment
    from flows.delays.reviews.listing import statistics as counted

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        begin = moment(since, environment.settings.timezone)
        found = counted(connection, datetime.now(UTC), since=begin)
    if session.json:
        as_json(found)
        return
    names = ("cause", "reviews", "cases", "open", "disputed", "overdue", "closed", "restored",
             "otherwise")  # fmt: skip
    out.print(table("Reviews by cause", names, [[row[name] for name in names] for row in found]))
