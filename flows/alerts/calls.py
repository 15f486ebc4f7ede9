"""Calls for what nobody has acknowledged: escalation to others, and reminders."""

from datetime import timedelta

from sqlalchemy import text

from flows.alerts.inhibited import Waits
from flows.alerts.news import Group
from flows.alerts.writing import Desk

_ESCALATED = """
    a.fingerprint IN (
        SELECT fingerprint FROM alerts
        WHERE state = 'firing' AND notified_at <= CAST(:told_by AS timestamptz)
          AND escalated < :step AND severity = ANY(:severity))
    AND NOT ({waits})
"""
_GONE_UP = """
    UPDATE alerts a SET escalated = :step FROM news n WHERE a.fingerprint = n.fingerprint
"""
# Of a group that was told of long ago; what a person has in hand is told to nobody.
_REMINDED = """
    a.state = 'firing' AND a.notified_at IS NOT NULL
    AND a.group_key IN (SELECT group_key FROM alert_groups
                        WHERE told <> '[]' AND said_at <= CAST(:said_by AS timestamptz))
    AND (a.severity = 'critical' OR :working)
    AND NOT ({waits})
"""
_SAID = "UPDATE alert_groups SET said_at = :now WHERE group_key = ANY(:keys)"
REFRESH = timedelta(hours=12)
"""An Alertmanager is told so often what goes on: it forgets what nobody repeats."""


def make(desk: Desk, waits: Waits) -> int:
    """Write the escalations and reminders that are due; answers of how many groups."""
    return _escalate(desk, waits) + _remind(desk, waits)


def _escalate(desk: Desk, waits: Waits) -> int:
    """Each step once for each alert that nobody has acknowledged so long after its notice."""
    count = 0
    for step, each in enumerate(desk.house.alerts.escalation, 1):
        values = {
            **waits.values,
            "told_by": desk.now - each.after,
            "step": step,
            "severity": list(each.severity),
        }
        groups = desk.read(_ESCALATED.format(waits=waits.sql), values)
        if groups:
            desk.call(groups, each.receivers, "escalation")
            desk.connection.execute(text(_GONE_UP), {"step": step})
            count += len(groups)
    return count


def _remind(desk: Desk, waits: Waits) -> int:
    config = desk.house.alerts
    managers = {name for name, each in config.receivers.items() if each.alertmanager is not None}
    every = config.notices.remind or (REFRESH if managers else None)
    if every is None:
        return 0
    values = {**waits.values, "said_by": desk.now - every, "working": desk.working_hours}
    groups = desk.read(_REMINDED.format(waits=waits.sql), values)
    by_receivers: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        routed = {receiver for item in group.items for receiver in desk.receivers(item)}
        routed = routed if config.notices.remind else routed & managers
        if routed:
            by_receivers.setdefault(tuple(sorted(routed)), []).append(group)
    for receivers, part in by_receivers.items():
        desk.call(part, receivers, "reminder")
    told = [group.key for part in by_receivers.values() for group in part]
    desk.connection.execute(text(_SAID), {"now": desk.now, "keys": told})
    return len(told)
