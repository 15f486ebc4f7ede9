"""One rule for recorded and for live probes: both say the same of any series of looks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.failures.outages import Rules as OnFile
from flows.failures.outages import find
from flows.failures.probes import Probe
from flows.failures.probing.look import Look
from flows.failures.probing.standing import Rules, Standing

START = datetime(2026, 5, 4, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GAP = 3 * MINUTE


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_what_is_open_on_file_is_confirmed_live(
    looks: list[tuple[bool, int]], confirm: int
) -> None:
    at, probes = START, []
    standing = Standing("office", "api", tried_at=START - MINUTE)
    for up, pause in looks:
        at += pause * MINUTE
        probes.append(Probe(at, "api", up, "200" if up else "503"))
        seen = Look("office", "api", "good" if up else "failed", "", "", took=0.1)
        standing = standing.after(seen, at, Rules(confirm, gap_before=at - GAP))
    found = [each for each in find(probes, OnFile(confirm, gap=GAP)) if each.kind == "outage"]
    open_ = [each for each in found if each.ended_at is None]
    confirmed = standing.outcome == "failed" and standing.looks >= confirm
    assert bool(open_) == confirmed
    if confirmed:
        assert (open_[0].began_at, open_[0].probes) == (standing.since, standing.looks)
    if standing.outcome == "good" and found and found[-1].ended_at == at:
        assert standing.since == at
