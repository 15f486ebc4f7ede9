"""A notice in words: short, true without its context, and leading to what to do."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flows.alerts.news import Case, Group
from flows.alerts.routes import SEVERITIES
from models.environment.alerts import Notices
from models.masking import Masker

NUMBERS = {
    "overdue": "overdue",
    "at_risk": "at risk",
    "closed_late": "closed late",
    "other": "other",
}


@dataclass(frozen=True)
class Notice:
    """What one receiver is told; `groups` are the keys of the groups it speaks of."""

    kind: str
    title: str
    body: str
    groups: Sequence[str]
    numbers: dict[str, Any] = field(default_factory=dict)


Kind = Literal["firing", "resolved", "summary", "escalation", "reminder"]
CALLS: dict[str, str] = {
    "escalation": "Nobody has acknowledged it: {begun}. You are told, too.",
    "reminder": "It goes on, and nobody has acknowledged it: {begun}.",
}


@dataclass(frozen=True)
class Facts:
    """What is told of a group beside its numbers: why it may be, and what is not to be seen."""

    cause: str | None = None
    unseen: str | None = None
    who: Sequence[str] = ()


@dataclass(frozen=True)
class Voice:
    """How notices are worded: whose time it is, what is masked, where runbooks and pages are."""

    zone: ZoneInfo
    masker: Masker
    config: Notices
    now: datetime
    environment: str = ""
    page_of: Callable[[str], str | None] = lambda _: None

    def of_group(self, group: Group, facts: Facts, kind: Kind | None = None) -> Notice:
        """One group's notice: what it is about, its numbers, oldest cases, runbook."""
        ended = group.active == 0
        parts = {
            "severity": "ended" if ended else group.severity,
            "environment": self.environment,
            "place": place(group),
            "headline": _headline(group),
            "since": self._local(group.since) if group.since else "",
            "numbers": _numbers({**group.numbers, "closed_late": 0}) or "nothing more",
            "waiting": str(group.numbers["waiting"]),
            "oldest": "\n".join(self._cases(group.cases)),
            "cause": facts.cause or "",
            "what_to_do": "\n".join(self._links(group)),
            "who": ", ".join(facts.who),
        }
        parts["text"] = "\n".join(self._lines(group, parts, facts, kind))
        title = (self.config.title or "[{severity}] {place}: {headline}").format_map(parts)
        if kind in CALLS:
            title = f"{title} ({kind})"
        body = (self.config.body or "{text}").format_map(parts)
        keep = {case.number for case in group.cases if case.number}
        kind = kind or ("resolved" if ended else "firing")
        return self._masked(kind, title, body, [group], dict(group.numbers), keep)

    def _lines(
        self, group: Group, parts: Mapping[str, str], facts: Facts, kind: Kind | None
    ) -> list[str]:
        begun = sum(item.begun for item in group.items)
        first = f"New: {begun}, ended: {sum(item.ended for item in group.items)}."
        lines = [CALLS[kind].format(begun=begun) if kind in CALLS else first]
        lines.append(f"Now: {parts['numbers']}.")
        if parts["since"]:
            lines.append(f"Since: {parts['since']}.")
        if group.numbers["closed_late"]:
            since = "since the last notice" if group.said_at else "so far"
            lines.append(f"Closed late {since}: {group.numbers['closed_late']}.")
        if group.numbers["waiting"]:
            lines.append(f"People waiting: {group.numbers['waiting']}.")
        if group.numbers["silenced"]:
            lines.append(f"Silenced, not counted: {group.numbers['silenced']}.")
        lines += ["Oldest:", parts["oldest"]] if group.cases else []
        lines += [f"Probable cause: {facts.cause}."] if facts.cause else []
        lines += [f"We cannot see: {facts.unseen}."] if facts.unseen else []
        lines += [f"What to do: {link}" for link in self._links(group)]
        if group.cases:
            alert = group.cases[0].fingerprint[:12]
            page = self.page_of(alert)
            lines += [f"To see and take it: {page}"] if page else []
            lines.append(f'To take it: tereze alerts ack {alert} --group --comment "…"')
        lines += [f"Who else knows: {parts['who']}."] if facts.who else []
        said = self._local(group.said_at) if group.said_at else "never"
        return [*lines, f"Last said: {said}."]

    def of_many(self, groups: Sequence[Group]) -> Notice:
        """What is beyond the limit of notices, in numbers by body."""
        by_body: dict[str, list[Group]] = {}
        for group in groups:
            by_body.setdefault(_body(group), []).append(group)
        numbers = {body: _sum(part) for body, part in by_body.items()}
        gravest = sorted(by_body, key=lambda body: (-numbers[body]["overdue"], body))
        most = self.config.bodies
        lines = [f"{body}: {_numbers(numbers[body]) or 'ended'}" for body in gravest[:most]]
        if len(gravest) > most:
            rest = _sum(group for body in gravest[most:] for group in by_body[body])
            more = f"{len(gravest) - most} more bodies"
            lines.append(f"{more}: {_numbers(rest) or 'ended'}")
        links = sorted({link for group in groups for link in self._links(group)})
        lines += [f"What to do: {link}" for link in links]
        severity = min((group.severity for group in groups), key=SEVERITIES.index)
        total = _sum(groups)
        title = f"[{severity}] {len(groups)} more groups: {_numbers(total) or 'ended'}"
        details = {**total, "by_body": numbers}
        return self._masked("summary", title, "\n".join(lines), groups, details, set())

    def of_unreadable(self, group: Group) -> Notice:
        """Of a group whose own notice could not be worded: its name and where to look."""
        title = f"[{group.severity}] {json.dumps(dict(group.labels), ensure_ascii=False)}"
        body = "Its words could not be made; `tereze alerts list` shows its alerts."
        return self._masked("firing", title, body, [group], dict(group.numbers), set())

    def _masked(
        self,
        kind: str,
        title: str,
        body: str,
        groups: Sequence[Group],
        numbers: dict[str, Any],
        keep: set[str],
    ) -> Notice:
        masked = self.masker.mask(body, keep)
        return Notice(kind, self.masker.mask(title), masked, [each.key for each in groups], numbers)

    def _cases(self, cases: Sequence[Case]) -> list[str]:
        return [f"  {self._case(case)}" for case in cases]

    def _case(self, case: Case) -> str:
        if case.number is None or case.due_at is None:
            return f"{case.name}: {case.sentence} (since {self._local(case.starts_at)})"
        late = self.now - case.due_at
        how = f"overdue for {span(late)}" if late > timedelta(0) else f"due in {span(-late)}"
        return f"{case.number}, due {self._local(case.due_at)}, {how}"

    def _links(self, group: Group) -> list[str]:
        names = sorted({item.name for item in group.items})
        return [f"{self.config.runbooks.rstrip('/')}/{snake(name)}.md" for name in names]

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def place(group: Group) -> str:
    """What the group is about: names where the register knows them, codes where it does not."""
    order = ["service", "organisation", "region"]
    labels = sorted(group.labels, key=lambda each: (each not in order, each))
    known = [label for label in order if label in labels] + [x for x in labels if x not in order]
    parts = [
        group.names.get(label, group.labels[label])
        if label in order and label in group.names
        else f"{label} {group.labels[label]}"
        for label in known
        if group.labels[label]
    ]
    return ", ".join(parts) or "everything"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `3 d 4 h`, `2 h 5 min`."""
    minutes = int(length.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def snake(name: str) -> str:
    """An alert's name as its runbook is called: `PullFailed` is `pull_failed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _body(group: Group) -> str:
    code = group.labels.get("organisation", "")
    return group.names.get("organisation", code) or place(group)


def _headline(group: Group) -> str:
    cases = {name: group.numbers[name] for name in ("overdue", "at_risk")}
    others = {item.name for item in group.items} if group.numbers["other"] else set()
    others -= {"ApplicationOverdue", "ApplicationAtRisk"}
    said = [part for part in (_numbers(cases), ", ".join(sorted(others))) if part]
    ended = ", ".join(sorted({item.name for item in group.items}))
    return ", ".join(said) or (f"{ended} ended" if not group.active else _numbers(group.numbers))


def _numbers(numbers: Any) -> str:
    told = {name: numbers[name] for name in NUMBERS if numbers.get(name)}
    return ", ".join(f"{count} {NUMBERS[name]}" for name, count in told.items())


def _sum(groups: Iterable[Group]) -> dict[str, int]:
    total = dict.fromkeys((*NUMBERS, "waiting"), 0)
    for group in groups:
        for name in total:
            total[name] += group.numbers[name]
    return total
