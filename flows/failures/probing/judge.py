"""What the looks say: down, slow, a certificate that ends, not looked at."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from flows.failures.probing.aims import Aim, aims_of
from flows.failures.probing.evidence import by_target
from flows.failures.probing.standing import Rules, Standing, slow
from flows.failures.probing.store import rules_of, standings
from flows.failures.side import OWN_NETWORK
from flows.failures.verdict import Evidence, Kind, Level, Verdict
from models.environment.loader import Environment
from models.environment.probes import TlsProbe

_FLAPS_IN = timedelta(hours=1)


@dataclass(frozen=True)
class _Case:
    """One target, how it stands, and by what it is judged."""

    aim: Aim
    standing: Standing
    rules: Rules
    evidence: Sequence[Evidence]

    def says(
        self, kind: Kind, level: Level, since: datetime, reason: str, words: str, **more: Any
    ) -> Verdict:
        """A verdict on what was last seen; the sentence begins with the probe's name."""
        at = self.standing.looked_at or self.standing.tried_at
        values: dict[str, Any] = {"at": at, "evidence": self.evidence, **more}
        sentence = f"Probe {self.aim.probe}: {words}"
        system, subject = self.aim.system, f"probe:{self.aim.probe}"
        return Verdict(kind, system, subject, level, since=since, reason=reason,
                       sentence=sentence, **values)  # fmt: skip


def verdicts(
    connection: Connection, environment: Environment, moment: datetime
) -> Sequence[Verdict]:
    """A verdict for each kind and target that was tried in the last three ticks."""
    known = standings(connection)
    evidence = by_target(connection, moment)
    found: list[Verdict] = []
    for name, system in environment.systems.items():
        if not system.probes:
            continue
        rules = rules_of(environment, system, moment)
        for aim in aims_of(environment, name):
            standing = known.get(aim.key)
            if standing is None or not rules.gap_before <= standing.tried_at <= moment:
                continue
            found += _judged(_Case(aim, standing, rules, evidence.get(aim.key, ())))
    return found


def _judged(case: _Case) -> Iterator[Verdict]:
    if case.standing.missed_reason != OWN_NETWORK:  # that is told once, of the whole side
        yield _not_looked_at(case)
    looked_at = case.standing.looked_at
    if looked_at is None or looked_at < case.rules.gap_before:
        return
    yield _down(case)
    if case.rules.limit_ms is not None and case.standing.outcome == "good":
        yield _slow(case, case.rules.limit_ms)
    if isinstance(case.aim.module, TlsProbe) and case.standing.outcome != "failed":
        yield _certificate(case, case.aim.module)


def _certainty(looks: int, rules: Rules) -> Level:
    return "confirmed" if looks >= rules.confirm else "suspected"


def _not_looked_at(case: _Case) -> Verdict:
    """Whether we could look; a fault of ours says nothing of the system."""
    standing = case.standing
    at = standing.tried_at
    if not standing.missed or standing.missed_since is None:
        return case.says("not_looked_at", "good", at, "", "it is looked at", at=at)
    level = _certainty(standing.missed, case.rules)
    words = f"could not look {standing.missed} time(s) on end: {standing.missed_sentence}"
    numbers = {"missed": standing.missed}
    since, reason = standing.missed_since, standing.missed_reason
    return case.says("not_looked_at", level, since, reason, words, at=at, numbers=numbers)


def _down(case: _Case) -> Verdict:
    """Down from the first failed look on; certain after so many on end."""
    standing = case.standing
    assert standing.since is not None  # it was looked at
    assert standing.looked_at is not None
    changes = sum(1 for each in standing.changes if each > standing.looked_at - _FLAPS_IN)
    numbers: dict[str, Any] = {"looks": standing.looks, "changes_in_1h": changes}
    if standing.took_ms is not None:
        numbers["took_ms"] = round(standing.took_ms, 1)
    if standing.outcome != "failed":
        return case.says("down", "good", standing.since, "", "it answers", numbers=numbers)
    if standing.good_at is not None:
        numbers["last_good"] = standing.good_at.isoformat()
    level = _certainty(standing.looks, case.rules)
    words = f"{standing.looks} look(s) failed on end: {standing.sentence}"
    return case.says(
        "down", level, standing.since, standing.reason, words, severity="critical", numbers=numbers
    )


def _slow(case: _Case, limit_ms: float) -> Verdict:
    """Slow where the median of the last answers is: one slow answer is a suspicion."""
    standing, rules = case.standing, case.rules
    assert standing.looked_at is not None
    late, last = slow(standing.recent_ms, rules), standing.recent_ms[-1]
    median = statistics.median(standing.recent_ms)
    numbers = {
        "slow": late,
        "answers": len(standing.recent_ms),
        "median_ms": round(median, 1),
        "objective_ms": limit_ms,
    }
    level: Level = "suspected" if last > limit_ms else "good"
    if late > rules.confirm:
        level = "confirmed"
    if level == "good":
        return case.says("slow", level, standing.looked_at, "", "quick enough", numbers=numbers)
    words = (
        f"{late} of the last {len(standing.recent_ms)} answers took longer than the objective of"
        f" {limit_ms / 1000:g} s; the last one {last / 1000:.1f} s"
    )
    since = standing.slow_since or standing.looked_at
    return case.says("slow", level, since, "slow", words, numbers=numbers)


def _certificate(case: _Case, module: TlsProbe) -> Verdict:
    """Broken, or about to end. One look is enough: a certificate does not change by chance."""
    standing = case.standing
    assert standing.looked_at is not None
    left = None if standing.ends_at is None else standing.ends_at - standing.looked_at
    numbers: dict[str, Any] = {}
    if standing.ends_at is not None and left is not None:
        numbers = {"ends_at": standing.ends_at.isoformat(), "days_left": left.days}
    more: dict[str, Any] = {"numbers": numbers, "severity": "critical"}
    if standing.outcome == "certificate":
        since = standing.since or standing.looked_at
        return case.says(
            "certificate", "confirmed", since, standing.reason, standing.sentence, **more
        )
    assert left is not None  # a good look has read it
    assert standing.ends_at is not None
    if left > module.warn_before:
        more["severity"] = "warning"
        words = f"{left.days} days left"
        return case.says("certificate", "good", standing.looked_at, "", words, **more)
    words = f"{standing.sentence}, on {standing.ends_at:%Y-%m-%d}: {left.days} day(s) left"
    if left > module.critical_before:
        more["severity"] = "warning"
    since = standing.ends_at - module.warn_before
    return case.says("certificate", "confirmed", since, "certificate_ends", words, **more)
