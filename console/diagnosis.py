"""A diagnosis on a terminal: one page, the verdict first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.printing import out, table
from flows.failures.diagnosis.diagnosis import Diagnosis
from flows.failures.diagnosis.known import Told
from flows.failures.waiting.counts import Waiting

GROUPS = 5
"""So many groups of those who wait are shown."""


def show(found: Diagnosis, timezone: str) -> None:
    """Print the page; times are local to the environment."""
    page = _Page(found, ZoneInfo(timezone))
    out.print(f"{found.verdict}.", style="bold", markup=False, soft_wrap=True)
    for title, columns, rows in page.parts():
        if rows:
            out.print()
            out.print(table(title, columns, rows))


Part = tuple[str, tuple[str, ...], Sequence[Sequence[Any]]]


class _Page:
    """The parts of the page, in the order in which they are read at night."""

    def __init__(self, found: Diagnosis, zone: ZoneInfo) -> None:
        self.found, self.zone = found, zone

    def parts(self) -> Iterator[Part]:
        """Each part's title, columns and rows; a part without rows is not shown."""
        found = self.found
        yield (
            "Tried just now",
            ("what", "good", "s", "answer"),
            [(each.what, each.ok, each.took, each.sentence) for each in found.tried],
        )
        yield (
            "Last good",
            ("what", "when", "newest data"),
            [
                (what, self.local(at) or "never", self.local(found.newest_data.get(what)))
                for what, at in found.last_good.items()
            ],
        )
        yield (
            "What was found",
            ("finding", "state", "kind", "since", "what"),
            [self.finding(each) for each in found.findings],
        )
        yield (
            "By this evidence, the last rows",
            ("finding", "at", "what"),
            [
                (f"{each.id}", self.local(datetime.fromisoformat(row["at"])), row["sentence"])
                for each in found.findings
                for row in each.evidence
            ],
        )
        yield (
            "Alerts",
            ("name", "state", "since", "what"),
            [
                (each.name, each.state, self.local(each.starts_at), each.sentence)
                for each in found.alerts
            ],
        )
        yield (
            "Maintenance",
            ("window", "begins", "ends"),
            [
                ("now" if each.now else "next", self.local(each.begins), self.local(each.ends))
                for each in found.maintenance
            ],
        )
        yield (
            "Depends on",
            ("system", "state", "since"),
            [
                (each.system, each.state.replace("_", " "), self.local(each.since))
                for each in found.needs
            ],
        )
        yield "Depend on it", ("system",), [(each,) for each in found.needed_by]
        yield from self.waiting(found.waiting)
        yield "Not looked at", ("what",), [(each,) for each in found.not_looked_at]
        yield "What to do", ("",), [(each,) for each in found.to_do]

    def finding(self, each: Told) -> tuple[Any, ...]:
        """A finding in a row, with why nobody was told of it."""
        quiet = f" (no alert: {each.held_back})" if each.held_back else ""
        since = self.local(each.began_at)
        return (f"{each.id}", each.state, each.kind, since, f"{each.sentence}{quiet}")

    def waiting(self, waits: Waiting) -> Iterator[Part]:
        """Who waits, and how many will be late by when."""
        if not waits.applications:
            yield "Who waits", ("",), [("nobody, as far as is known",)]
            return
        numbers = [
            ("applications", waits.applications), ("people", waits.people),
            ("overdue", waits.overdue), ("due, not known whether done", waits.unsure),
            ("clock stands still", waits.stopped), ("due date not known", waits.unknown),
            *((f"due by {self.local(each.until)}", each.breaches) for each in waits.by),
        ]  # fmt: skip
        as_of = "" if waits.as_of == waits.moment else f", as of {self.local(waits.as_of)}"
        yield f"Who waits{as_of}", ("what", "number"), numbers
        columns = ("service", "region", "applications", "people", "overdue", "first due")
        yield f"By service and region, the {GROUPS} largest of {len(waits.groups)}", columns, [
            (each.service, each.region, each.applications, each.people, each.overdue,
             self.local(each.first_due))
            for each in waits.groups[:GROUPS]
        ]  # fmt: skip

    def local(self, moment: datetime | None) -> str | None:
        """The time in the environment's zone; None where there is none."""
        return None if moment is None else f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"
