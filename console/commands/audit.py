"""`tereze audit verify`."""

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out
from console.session import current

app = typer.Typer(name="audit", help="The trail of who did and read what.", no_args_is_help=True)


@app.command()
def verify(context: typer.Context) -> None:
    """Read the whole audit trail and name each changed, missing or moved entry; 1 where any is.

    The history of composite applications is read too: each batch has its digest in the trail.
    """
    from flows.composite_services.history import broken
    from models.trail import verify as read

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        verdict, history = read(connection), broken(connection)
    whole = verdict.ok and not history
    if session.json:
        as_json({"ok": whole, "count": verdict.count, "head": verdict.head,
                 "problems": verdict.problems, "history": history})  # fmt: skip
    else:
        if whole:
            out.print(f"{verdict.count:,} entries, none changed, missing or moved.")
            out.print(f"The last one's hash, to be kept elsewhere: {verdict.head}", soft_wrap=True)
        for sentence in (*(each.sentence for each in verdict.problems), *history):
            out.print(sentence, markup=False)
    if not whole:
        raise typer.Exit(NEEDS_A_PERSON)
