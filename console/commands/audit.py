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
    from flows.verification import verify as read

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        found = read(connection)
    verdict = found.verdict
    if session.json:
        as_json({"ok": found.ok, "count": verdict.count, "head": verdict.head,
                 "problems": verdict.problems, "history": found.history})  # fmt: skip
    else:
        if found.ok:
            out.print(f"{found.sentence}.")
            out.print(f"The last one's hash, to be kept elsewhere: {verdict.head}", soft_wrap=True)
        for sentence in found.problems:
            out.print(sentence, markup=False)
    if not found.ok:
        raise typer.Exit(NEEDS_A_PERSON)
