"""Who is told of an alert: the first route that fits decides."""

from collections.abc import Mapping

from models.environment.alerts import Alerts, Route

RECEIVER_FAILING = "ReceiverFailing"
UNROUTED = "UnroutedAlerts"
SEVERITIES = ("critical", "warning", "info")
"""The gravest first."""


def receivers_for(
    config: Alerts, name: str, severity: str, labels: Mapping[str, str]
) -> tuple[str, ...]:
    """The receivers of an alert; none where no route fits.

    A route's labels are compared with the alert's, and `name` with its name. That a receiver
    fails is told to the others: to those of its route, or where it has no others, to all.
    """
    known = {**labels, "name": name}
    routed = next((route.receivers for route in config.routes if _fits(route, severity, known)), [])
    if name != RECEIVER_FAILING:
        return tuple(dict.fromkeys(routed))
    others = [receiver for receiver in routed if receiver != labels.get("receiver")]
    return tuple(others or [each for each in config.receivers if each != labels.get("receiver")])


def _fits(route: Route, severity: str, labels: Mapping[str, str]) -> bool:
    if route.severity is not None and severity not in route.severity:
        return False
    return all(labels.get(label) == value for label, value in route.labels.items())
