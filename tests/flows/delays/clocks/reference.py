"""The split counted second by second of working time, slowly: what the SQL is held against."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from flows.delays.clocks.odd import RANKS
from tests.flows.delays.reference import Office

FIRST = datetime(2024, 12, 1, tzinfo=UTC)
"""Nothing in the tests lies before."""

FRONT = "GFC"
"""The body that answers for the system that applications came from, and for the offices."""


@dataclass(frozen=True)
class Event:
    """Something that happened: kind, moment, and who has the application from then on."""

    kind: str
    at: datetime
    holder: str | None


@dataclass(frozen=True)
class Over:
    """Something over the application's time: an outage (a finding, its owner), or Tereze itself."""

    since: datetime
    till: datetime
    finding: int | None = None
    owner: str | None = None

    def takes(self, party: str) -> bool:
        kind, _, code = party.partition(":")
        if self.finding is None:
            return kind in ("body", "office", "unknown")
        return code != self.owner if kind == "body" else kind == "office" and self.owner != FRONT


def working_seconds(office: Office, since: datetime, until: datetime) -> int:
    """Whole working seconds from one moment to another, as differences of whole numbers."""
    return _until(office, until) - _until(office, since)


def _until(office: Office, moment: datetime) -> int:
    worked = timedelta()
    for begin, end in office.open_from(FIRST):
        if begin >= moment:
            break
        worked += min(end, moment) - begin
    return int(worked.total_seconds())


def split(
    office: Office,
    received: datetime,
    ended: datetime,
    events: Sequence[Event],
    parties: dict[str, str],
    *,
    at_office: str | None = None,
    over: Sequence[Over] = (),
) -> Counter[str]:
    """Seconds by party; `parties` are the known holders with what they are called."""
    order = sorted(
        events,
        key=lambda e: (e.at, RANKS[e.kind], parties.get(e.holder or "", "unknown")),
    )
    cuts = {received, ended}
    for moment in [e.at for e in order] + [m for o in over for m in (o.since, o.till)]:
        cuts.add(min(ended, max(received, moment)))
    shares: Counter[str] = Counter()
    moments = sorted(cuts)
    for since, until in pairwise(moments):
        told = [e.holder for e in order if e.at <= since]
        holder = told[-1] if told else at_office
        party = parties.get(holder or "", "unknown")
        taking = [o for o in over if o.since <= since < o.till and o.takes(party)]
        findings = [o.finding for o in taking if o.finding is not None]
        if findings:
            party = f"outage:{min(findings)}"
        elif taking:
            party = "tereze"
        shares[party] += working_seconds(office, since, until)
    return +shares
