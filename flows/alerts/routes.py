"""Who is told of an alert: the first route that fits decides, and then who has the watch."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flows.alerts.house import House
from models.environment.alerts import Alerts, Route
from models.environment.matchers import all_fit

RECEIVER_FAILING = "ReceiverFailing"
UNROUTED = "UnroutedAlerts"
SEVERITIES = ("critical", "warning", "info")
"""The gravest first."""


def receivers_for(
    config: Alerts,
    name: str,
    severity: str,
    labels: Mapping[str, str],
    working_hours: bool = True,
) -> tuple[str, ...]:
    """The receivers of an alert; none where no route fits.

    A route's labels are compared with the alert's, and `name` with its name. That a receiver
    fails is told to the others: to those of its route, or where it has no others, to all.
    """
    known = {**labels, "name": name, "alertname": name, "severity": severity}
    hours = "working" if working_hours else "off"
    routed = next(
        (route.receivers for route in config.routes if _fits(route, severity, known, hours)), []
    )
    if name != RECEIVER_FAILING:
        return tuple(dict.fromkeys(routed))
    others = [receiver for receiver in routed if receiver != labels.get("receiver")]
    return tuple(others or [each for each in config.receivers if each != labels.get("receiver")])


def _fits(route: Route, severity: str, labels: Mapping[str, str], hours: str) -> bool:
    if route.severity is not None and severity not in route.severity:
        return False
    if route.hours not in (None, hours):
        return False
    if not all(labels.get(label) == value for label, value in route.labels.items()):
        return False
    return all_fit(route.matchers, labels)


def chains(house: House, receivers: Iterable[str], moment: datetime) -> dict[str, list[str]]:
    """Where notices to these receivers really go, each with whom to use after it, in order.

    Whoever has the watch is told by their own receivers, then the rota's fallback is; in a gap
    the fallback is told at once.
    """
    found: dict[str, list[str]] = {}
    for receiver in receivers:
        chain = [each for each in _chain(house, receiver, moment) if each in house.alerts.receivers]
        if chain:
            found.setdefault(chain[0], chain[1:])
    return found


def _chain(house: House, receiver: str, moment: datetime) -> list[str]:
    declared = house.alerts.receivers[receiver]
    after = house.alerts.others(receiver)
    if declared.on_call is None:
        return [receiver, *after]
    rota = house.on_call.rotas[declared.on_call]
    person = house.on_duty(declared.on_call, moment)
    own = house.on_call.people[person].receivers if person is not None else []
    return _once([*own, *rota.fallback, *after])


def _once(receivers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(receivers))
