"""From an error to an exit code: 1 needs a person, 2 wrong use, 3 could not run."""

import sys
import traceback

from console.printing import err, escaped

DONE, NEEDS_A_PERSON, WRONG_USE, COULD_NOT_RUN = 0, 1, 2, 3
INTERRUPTED = 130


def wrong_use(error: Exception) -> int:
    """Tell how the command line is wrong, with the usage where typer knows it."""
    show = getattr(error, "show", None)  # typer exports only the base of the errors that have it
    if show is not None:
        show()
    else:
        err.print(f"[red]{escaped(str(error))}[/]")
    return WRONG_USE


def explain(error: BaseException) -> int:
    """Tell the error on standard error and answer the exit code it stands for."""
    from models.environment.secrets import redact
    from models.errors import ConfigurationError, TerezeError

    if isinstance(error, TerezeError):
        err.print(f"[red]{escaped(redact(str(error)))}[/]", soft_wrap=True)
        return WRONG_USE if isinstance(error, ConfigurationError) else COULD_NOT_RUN
    if _database_is_away(error):
        reason = redact(str(getattr(error, "orig", error))).strip()
        err.print(f"[red]Asking the database: {escaped(reason)}[/]", soft_wrap=True)
        err.print("Is the server up? What was not committed is undone; run the command again.")
        return COULD_NOT_RUN
    text = redact("".join(traceback.format_exception(error)))
    sys.stderr.write(text)
    err.print("This is a fault in Tereze, not in your use of it; please report the lines above.")
    return COULD_NOT_RUN


def _database_is_away(error: BaseException) -> bool:
    # Not imported before: an error of SQLAlchemy cannot come from a process without it.
    module = sys.modules.get("sqlalchemy.exc")
    return module is not None and isinstance(
        error, (module.OperationalError, module.InterfaceError)
    )
