"""A diagnosis on a terminal: one page, the verdict first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.printing import out, table
from flows.failures.contracts.summary import Standing
from flows.failures.diagnosis.diagnosis import Diagnosis
from flows.failures.diagnosis.known import Told
from flows.failures.waiting.counts import Waiting

GROUPS = 5
"""So many groups of those who wait are shown."""
Part = tuple[str, tuple[str, ...], Sequence[Sequence[Any]]]
"""A part of the page: its title, the names of its columns, its rows."""


def show(found: Diagnosis, timezone: str) -> None:
    """Print the page; times are local to the environment. A part without rows is left out."""
    page = _Page(found, ZoneInfo(timezone))
    out.print(f"{found.verdict}.", style="bold", markup=False, soft_wrap=True)
    for parts in (page.now(), page.found(), page.around(), page.waiting(), page.then()):
        for title, columns, rows in parts:
            if rows:
                out.print()
                out.print(table(title, columns, rows))


class _Page:
    """The parts of the page, in the order in which they are read at night."""

    def __init__(self, found: Diagnosis, zone: ZoneInfo) -> None:
        self._found, self._zone = found, zone

    def now(self) -> Iterator[Part]:
        """What it answers now, and when it last was good."""
        tried = [(each.what, each.ok, each.took, each.sentence) for each in self._found.tried]
        yield "Tried just now", ("what", "good", "s", "answer"), tried
        good = [
            (what, self._local(at) or "never", self._local(self._found.newest_data.get(what)))
            for what, at in self._found.last_good.items()
        ]
        yield "Last good", ("what", "when", "newest data"), good

    def found(self) -> Iterator[Part]:
        """Findings with their evidence, alerts, contracts."""
        findings = [self._finding(each) for each in self._found.findings]
        yield "What was found", ("finding", "state", "kind", "since", "what"), findings
        evidence = [
            (f"{each.id}", self._local(datetime.fromisoformat(row["at"])), row["sentence"])
            for each in self._found.findings
            for row in each.evidence
        ]
        yield "By this evidence, the last rows", ("finding", "at", "what"), evidence
        alerts = [
            (each.name, each.state, self._local(each.starts_at), each.sentence)
            for each in self._found.alerts
        ]
        yield "Alerts", ("name", "state", "since", "what"), alerts
        contracts = [
            (each.name, each.kind, self._local(each.seen_at), _contract(each))
            for each in self._found.contracts
        ]
        yield "Contracts", ("contract", "kind", "last read", "what"), contracts

    def around(self) -> Iterator[Part]:
        """Maintenance, what the system needs, and what needs it."""
        windows = [
            ("now" if each.now else "next", self._local(each.begins), self._local(each.ends))
            for each in self._found.maintenance
        ]
        yield "Maintenance", ("window", "begins", "ends"), windows
        needs = [
            (each.system, each.state.replace("_", " "), self._local(each.since))
            for each in self._found.needs
        ]
        yield "Depends on", ("system", "state", "since"), needs
        yield "Depend on it", ("system",), [(each,) for each in self._found.needed_by]

    def waiting(self) -> Iterator[Part]:
        """Who waits, and how many will be late by when."""
        waits = self._found.waiting
        as_of = "" if waits.as_of == waits.moment else f", as of {self._local(waits.as_of)}"
        if not waits.applications:
            yield f"Who waits{as_of}", ("",), [("nobody, as far as is known",)]
            return
        yield f"Who waits{as_of}", ("what", "number"), self._numbers(waits)
        columns = ("service", "region", "applications", "people", "overdue", "first due")
        groups = [
            (each.service, each.region, each.applications, each.people, each.overdue,
             self._local(each.first_due))
            for each in waits.groups[:GROUPS]
        ]  # fmt: skip
        title = f"By service and region, the {len(groups)} largest of {len(waits.groups)}"
        yield title, columns, groups

    def then(self) -> Iterator[Part]:
        """What was not looked at, and what to do."""
        yield "Not looked at", ("what",), [(each,) for each in self._found.not_looked_at]
        yield "What to do", ("",), [(each,) for each in self._found.to_do]

    def _numbers(self, waits: Waiting) -> list[tuple[str, int]]:
        return [
            ("applications", waits.applications), ("people", waits.people),
            ("overdue", waits.overdue), ("due, not known whether done", waits.unsure),
            ("clock stands still", waits.stopped), ("due date not known", waits.unknown),
            *((f"due by {self._local(each.until)}", each.breaches) for each in waits.by),
        ]  # fmt: skip

    def _finding(self, each: Told) -> tuple[str | None, ...]:
        quiet = f" (no alert: {each.held_back})" if each.held_back else ""
        since = self._local(each.began_at)
        return f"{each.id}", each.state, each.kind, since, f"{each.sentence}{quiet}"

    def _local(self, moment: datetime | None) -> str | None:
        return None if moment is None else f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"


def _contract(each: Standing) -> str:
    """How a contract stands, in a line: the pulls that will fail before anything else."""
    fails = [pull.sentence for pull in each.pulls if pull.outcome == "fails"]
    told = [difference.sentence for difference in each.differences]
    if each.problem is not None and each.unreadable:
        told.insert(0, f"cannot be read: {each.problem}")
    if each.seen_at is None and not told:
        return "never read"
    return "; ".join([*fails, *told]) or "as it was accepted"
