"""The alerts of a pull: failed, stopped, rows in quarantine, fields that drifted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from flows.alerts.fingerprint import fingerprint
from flows.alerts.fire import Firing, fire, resolve
from models.environment.alerts import AlertSeverity
from models.environment.sources import Source

_SINCE = "SELECT starts_at FROM alerts WHERE fingerprint = :fingerprint AND state <> 'resolved'"


def failed(
    connection: Connection, source: Source, reason: str, sentence: str, at: datetime, actor: str
) -> None:
    """Fire `PullFailed`, or `BatchStopped` where a critical rule stopped what came."""
    name = "BatchStopped" if reason == "stopped" else "PullFailed"
    _fire(connection, source, name, "critical", sentence, at, actor)


def succeeded(
    connection: Connection, source: Source, drift: Sequence[str], at: datetime, actor: str
) -> None:
    """Resolve what is over; fire or resolve what is so now."""
    for name in ("PullFailed", "BatchStopped"):
        _resolve(connection, source, name, "A pull succeeded", at, actor)
    held = connection.execute(
        text("SELECT count(*) FROM quarantine WHERE source = :source AND state = 'held'"),
        {"source": source.source},
    ).scalar_one()
    quarantine(connection, source, int(held), at, actor)
    if drift:
        words = f"{source.source}: {'; '.join(drift)}"
        _fire(connection, source, "FieldsDrifted", "warning", words, at, actor)
    else:
        _resolve(connection, source, "FieldsDrifted", "The fields are as declared", at, actor)


def quarantine(connection: Connection, source: Source, held: int, at: datetime, actor: str) -> None:
    """Fire `RowsQuarantined` while rows of the source are held, and resolve it after."""
    if held:
        words = f"{held} row(s) of {source.source} are held in quarantine"
        _fire(connection, source, "RowsQuarantined", "warning", words, at, actor)
    else:
        _resolve(connection, source, "RowsQuarantined", "Nothing is held any more", at, actor)


def _labels(source: Source) -> dict[str, str]:
    return {"system": source.system, "source": source.source}


def _fire(
    connection: Connection,
    source: Source,
    name: str,
    severity: AlertSeverity,
    sentence: str,
    at: datetime,
    actor: str,
) -> None:
    """Fire it as of `at`; what goes on began when it was first found, not with this pull."""
    labels = _labels(source)
    known = {"fingerprint": fingerprint(name, labels)}
    firing = Firing(
        name=name,
        severity=severity,
        labels=labels,
        group={**labels, "alert": name},
        starts_at=connection.execute(text(_SINCE), known).scalar() or at,
        sentence=sentence,
    )
    fire(connection, firing, actor=actor)


def _resolve(
    connection: Connection, source: Source, name: str, sentence: str, at: datetime, actor: str
) -> None:
    resolve(
        connection,
        name=name,
        labels=_labels(source),
        at=at,
        reason="pull_succeeded",
        sentence=sentence,
        actor=actor,
    )
