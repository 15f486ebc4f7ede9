"""Alerts and watches for a person to read."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from console.printing import as_json, out, shown, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.alerts.house import House
    from flows.alerts.inhibited import Waits
    from flows.alerts.listing import Shown
    from models.environment.loader import Environment
    from models.environment.matchers import Matcher


def waits(environment: "Environment") -> "Waits":
    """What waits behind others, as of now."""
    from flows.alerts.house import House
    from flows.alerts.inhibited import Waits

    return Waits.of(House.of(environment), datetime.now(UTC))


def wanted(connection: "Connection", alert: str | None, match: list[str]) -> "list[Matcher]":
    """The matchers of a silence: those that are given, or all labels of one alert.

    Raises:
        CannotHandle: both are given, or neither; a matcher is none; no alert is so named.
    """
    from flows.alerts.naming import CannotHandle, find
    from flows.alerts.silences import matchers_of
    from models.environment.matchers import parse_matcher

    if (alert is None) == (not match):
        found = "neither an alert nor a matcher is given" if alert is None else "both are given"
        raise CannotHandle("Silencing alerts", found, "Give an ALERT, or `--match label=value`")
    if alert is not None:
        return matchers_of(connection, find(connection, alert)[0])
    try:
        return [parse_matcher(each) for each in match]
    except ValueError as error:
        raise CannotHandle("Reading --match", str(error), "Write it so") from error


def tell(found: "Shown") -> None:
    """Print everything about one alert."""
    alert = found.alert
    out.print(f"{alert.name} ({alert.severity}), {alert.state}", style="bold", markup=False)
    out.print(alert.sentence, markup=False, soft_wrap=True)
    lines = {
        "alert": alert.fingerprint,
        "labels": alert.labels,
        "facts": found.annotations,
        "since": alert.starts_at,
        "ended": alert.ends_at,
        "silenced until": alert.silenced_until,
        "in hand": alert.assignee,
        "told": alert.notified_at or ("waits behind another alert" if alert.waits else "not yet"),
    }
    for name, value in lines.items():
        if value:
            out.print(f"  {name:<14} {shown(value)}", soft_wrap=True)
    changes = [(c["at"], c["became"], c["reason"], c["actor"], c["sentence"])
               for c in found.changes]  # fmt: skip
    out.print(table("\nWhat became of it", ("when", "state", "reason", "who", "words"), changes))
    if found.notices:
        rows = [(n["id"], n["receiver"], n["kind"], n["state"], len(n["attempts"]), n["sent_at"],
                 n["title"]) for n in found.notices]  # fmt: skip
        columns = ("notice", "to", "kind", "state", "attempts", "sent", "title")
        out.print(table("\nWho was told", columns, rows))


def tell_watches(house: "House", now: datetime, days: int, json: bool) -> bool:
    """Print who has each watch; answers whether nobody has one of them now."""
    found = {rota: house.watches(rota, now, now + timedelta(days=days))
             for rota in house.on_call.rotas}  # fmt: skip
    if json:
        as_json(found)
    elif not found:
        out.print("No rota is declared; on_call.yaml would have it.")
    for rota, watches in found.items():
        if json:
            continue
        fallback = ", ".join(house.on_call.rotas[rota].fallback) or "nobody"
        rows = [(watch.person or f"a gap: {fallback} is told", watch.begins.astimezone(house.zone),
                 watch.ends.astimezone(house.zone)) for watch in watches]  # fmt: skip
        out.print(table(f"The watch of {rota}", ("who", "from", "to"), rows))
    return any(watches[0].person is None for watches in found.values())
