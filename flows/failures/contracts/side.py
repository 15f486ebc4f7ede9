"""The contracts side: what systems promise to answer, compared with what was accepted."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.failures.contracts.look import declared, look
from flows.failures.contracts.summary import standings
from flows.failures.contracts.verdicts import verdict
from flows.failures.side import Side
from flows.failures.verdict import Verdict
from models.environment.loader import Environment

MISSED = 3
"""After so many looks that did not happen, nothing is concluded from the last."""

GRACE = timedelta(minutes=5)


def judge(connection: Connection, environment: Environment, moment: datetime) -> list[Verdict]:
    """What is so with each contract, as of its last look; nothing where nobody looked for long."""
    every = {(system, c.name): c.every for system, c in declared(environment)}
    confirm = environment.settings.failures.confirm
    found = []
    for standing in standings(connection, environment, differing=True) if every else []:
        longest = MISSED * every[standing.system, standing.name] + GRACE
        looked = standing.tried_at
        if looked is not None and moment - longest <= looked <= moment:
            told = verdict(standing, confirm)
            found += [told] if told else []
    return found


CONTRACTS = Side("contracts", look, judge)
