"""What a database's error means for a pull."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.engine import Engine

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from models.environment.secrets import redact

# MySQL: access denied, unknown database or column, read-only (errors of its own kind there)
_REFUSED_CODES = {1044, 1045, 1049, 1054, 1142, 1143, 1290, 1698, 1792}
# A refused log-in has no SQLSTATE in libpq, only a sentence, in the server's language.
_REFUSED_WORDS = re.compile(
    r"authentication failed|(role|database) .* does not exist|no pg_hba\.conf entry|no password "
    r"supplied|is not permitted to log in|permission denied for database"
    r"|проверку подлинности|не существует|нет записи|доступ к базе .* запрещ",
)
_REFUSED_CLASSES = ("28", "3D", "42", "25")  # log-in, no such database, syntax or right, read-only
_PASSES = "Nothing to do if it passes; else ask the database's owner whether it is up"


@contextmanager
def explained(asked: str, engine: Engine) -> Iterator[None]:
    """Turns SQLAlchemy's errors, and the driver's own, into one of the three kinds."""
    try:
        yield
    except exc.TimeoutError as error:
        raise RetryLater(asked, "no connection was free in time", _PASSES) from error
    except exc.DBAPIError as error:
        raise database_error(asked, error) from error
    except engine.dialect.loaded_dbapi.Error as error:  # from what a new connection is told
        raise WillNeverWork(
            asked,
            f"the database does not take the settings for reading ({redact(str(error))})",
            "Connect past a pooler, or ask the database's owner for the right to set them",
        ) from error


def database_error(asked: str, error: exc.DBAPIError) -> ConnectorError:
    """The kind of error that the driver's exception stands for."""
    original = error.orig
    reason = redact(" ".join(str(original).split()))
    if _is_refusal(error, original, reason):
        return WillNeverWork(
            asked,
            f"the database refuses it ({reason})",
            "Correct address, user, password, rights, table or columns, whichever it names",
        )
    if isinstance(original, sqlite3.Error) and not hasattr(original, "sqlite_errorcode"):
        return _cannot_give(asked, reason)  # Python's own complaint, of text that is not UTF-8
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return RetryLater(asked, f"the database does not answer ({reason})", _PASSES)
    return _cannot_give(asked, reason)


def _cannot_give(asked: str, reason: str) -> WrongAnswer:
    return WrongAnswer(
        asked,
        f"the database cannot give what was asked ({reason})",
        "Compare the cursor's bounds and the query with the columns' types",
    )


def _is_refusal(error: exc.DBAPIError, original: BaseException | None, reason: str) -> bool:
    state = getattr(original, "sqlstate", None)
    if isinstance(state, str):
        return state.startswith(_REFUSED_CLASSES)
    if isinstance(original, sqlite3.OperationalError):
        code = getattr(original, "sqlite_errorcode", None)
        return code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY)
    if isinstance(error, exc.ProgrammingError | exc.NotSupportedError):
        return True
    code = original.args[0] if original is not None and original.args else None
    return code in _REFUSED_CODES or bool(_REFUSED_WORDS.search(reason))
