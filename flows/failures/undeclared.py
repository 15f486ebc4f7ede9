"""Findings about what the environment does not declare any more: nobody will judge them again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from flows.failures.verdict import Verdict
from flows.schedules import turns
from models.environment.dependencies import OURS
from models.environment.loader import Environment

LISTED = ("probe", "contract", "source", "job", "side")
"""Kinds of subjects that the environment lists; services are found by looking."""

_OPEN = "SELECT kind, system, subject FROM findings WHERE state <> 'over' ORDER BY id"


def of_findings(
    connection: Connection, environment: Environment, sides: Iterable[str], moment: datetime
) -> list[Verdict]:
    """A good verdict for each finding that goes on about something no longer declared."""
    declared = _declared(environment, sides)
    found = []
    for kind, system, subject in connection.execute(text(_OPEN)).all():
        listed = subject.split(":")[0] in LISTED
        known = system == OURS or system in environment.systems
        if known and (not listed or (system, subject) in declared):
            continue
        found.append(
            Verdict(
                kind=kind,
                system=system,
                subject=subject,
                level="good",
                at=moment,
                since=moment,
                reason="not_declared",
                sentence=f"The environment declares no {subject} of {system} any more",
            )
        )
    return found


def _declared(environment: Environment, sides: Iterable[str]) -> set[tuple[str, str]]:
    found = {(OURS, f"side:{name}") for name in sides}
    found |= {(OURS, f"job:{turn.job}") for turn in turns(environment)}
    found |= {(each.system, f"source:{each.source}") for each in environment.sources.values()}
    for name, system in environment.systems.items():
        found |= {(name, f"probe:{each.called}") for each in system.probes}
        found |= {(name, f"contract:{each.name}") for each in system.contracts}
    return found
