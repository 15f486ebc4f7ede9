"""A notice in words: short, true without its context, and leading to what to do."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from flows.alerts.news import Case, Group
from flows.alerts.routes import SEVERITIES
from flows.speaking.tongue import Tongue
from models.environment.alerts import Notices
from models.masking import Masker

NUMBERS = {
    "overdue": "{count} overdue",
    "at_risk": "{count} at risk",
    "closed_late": "{count} closed late",
    "other": "{count} other",
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

COUNTED = {"waiting": "People waiting: {count}.", "silenced": "Silenced, not counted: {count}."}
UNREADABLE = "Its words could not be made; `tereze alerts list` shows its alerts."


@dataclass(frozen=True)
class Facts:
    """What is told of a group beside its numbers: why it may be, and what is not to be seen."""

    cause: str | None = None
    unseen: str | None = None
    who: Sequence[str] = ()
    in_hand: Sequence[str] = ()


@dataclass(frozen=True)
class Voice:
    """How notices are worded: in which language and whose time, what is masked, where runbooks
    and pages are."""

    tongue: Tongue
    masker: Masker
    config: Notices
    now: datetime
    environment: str = ""
    page_of: Callable[[str], str | None] = lambda _: None
    runbook_of: Callable[[str], str] = str

    def of_group(self, group: Group, facts: Facts, kind: Kind | None = None) -> Notice:
        """One group's notice: what it is about, its numbers, oldest cases, runbook."""
        ended = group.active == 0
        parts = {
            "severity": self._severity("ended" if ended else group.severity),
            "environment": self.environment,
            "place": self._place(group),
            "headline": self._headline(group),
            "since": self._local(group.since) if group.since else "",
            "numbers": self._numbers({**group.numbers, "closed_late": 0})
            or self._say("nothing more"),
            "waiting": str(group.numbers["waiting"]),
            "oldest": "\n".join(self._cases(group.cases)),
            "cause": self.tongue.sentence(facts.cause or ""),
            "what_to_do": "\n".join(self._links(group)),
            "who": ", ".join(self._who(facts)),
        }
        parts["text"] = "\n".join(self._lines(group, parts, facts, kind))
        title = (self.config.title or "[{severity}] {place}: {headline}").format_map(parts)
        if kind in CALLS:
            title = f"{title} ({self.tongue.code('kind', str(kind))})"
        body = (self.config.body or "{text}").format_map(parts)
        keep = {case.number for case in group.cases if case.number}
        kind = kind or ("resolved" if ended else "firing")
        return self._masked(kind, title, body, [group], dict(group.numbers), keep)

    def _lines(
        self, group: Group, parts: Mapping[str, str], facts: Facts, kind: Kind | None
    ) -> list[str]:
        begun = sum(item.begun for item in group.items)
        ended = sum(item.ended for item in group.items)
        say, numbers = self._say, group.numbers
        first = CALLS.get(kind or "", "New: {begun}, ended: {ended}.")
        lines = [say(first, begun=begun, ended=ended), say("Now: {numbers}.", **parts)]
        lines += [say("Since: {at}.", at=parts["since"])] if parts["since"] else []
        if numbers["closed_late"]:
            late = "Closed late since the last notice" if group.said_at else "Closed late so far"
            lines.append(say(late + ": {count}.", count=numbers["closed_late"]))
        for name, words in COUNTED.items():
            lines += [say(words, count=numbers[name])] if numbers[name] else []
        lines += [say("Oldest:"), parts["oldest"]] if group.cases else []
        lines += [say("Probable cause: {cause}.", **parts)] if facts.cause else []
        if facts.unseen:
            lines.append(say("We cannot see: {unseen}.", unseen=self.tongue.sentence(facts.unseen)))
        lines += [say("What to do: {link}", link=link) for link in self._links(group)]
        lines += self._taking(group)
        lines += [say("Who else knows: {who}.", **parts)] if parts["who"] else []
        said = self._local(group.said_at) if group.said_at else say("never")
        return [*lines, say("Last said: {at}.", at=said)]

    def _taking(self, group: Group) -> list[str]:
        if not group.cases:
            return []
        alert = group.cases[0].fingerprint[:12]
        command = f'tereze alerts ack {alert} --group --comment "…"'
        page = self.page_of(alert)
        seen = [self._say("To see and take it: {page}", page=page)] if page else []
        return [*seen, self._say("To take it: {command}", command=command)]

    def of_many(self, groups: Sequence[Group]) -> Notice:
        """What is beyond the limit of notices, in numbers by body."""
        by_body: dict[str, list[Group]] = {}
        for group in groups:
            by_body.setdefault(self._body(group), []).append(group)
        numbers = {body: _sum(part) for body, part in by_body.items()}
        gravest = sorted(by_body, key=lambda body: (-numbers[body]["overdue"], body))
        most = self.config.bodies
        lines = [f"{body}: {self._counts(numbers[body])}" for body in gravest[:most]]
        if len(gravest) > most:
            rest = _sum(group for body in gravest[most:] for group in by_body[body])
            more = self._say("{count} more bodies", count=len(gravest) - most)
            lines.append(f"{more}: {self._counts(rest)}")
        links = sorted({link for group in groups for link in self._links(group)})
        lines += [self._say("What to do: {link}", link=link) for link in links]
        severity = min((group.severity for group in groups), key=SEVERITIES.index)
        total = _sum(groups)
        more = self._say("{count} more groups", count=len(groups))
        title = f"[{self._severity(severity)}] {more}: {self._counts(total)}"
        details = {**total, "by_body": numbers}
        return self._masked("summary", title, "\n".join(lines), groups, details, set())

    def of_unreadable(self, group: Group) -> Notice:
        """Of a group whose own notice could not be worded: its name and where to look."""
        labels = json.dumps(dict(group.labels), ensure_ascii=False)
        title = f"[{self._severity(group.severity)}] {labels}"
        body = self._say(UNREADABLE)
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
            sentence, at = self.tongue.sentence(case.sentence), self._local(case.starts_at)
            words = "{name}: {sentence} (since {at})"
            return self._say(words, name=case.name, sentence=sentence, at=at)
        late, at = self.now - case.due_at, self._local(case.due_at)
        how = "overdue for {length}" if late > timedelta(0) else "due in {length}"
        length = self.tongue.length(abs(late))
        return self._say("{number}, due {at}, " + how, number=case.number, at=at, length=length)

    def _links(self, group: Group) -> list[str]:
        return [self.runbook_of(name) for name in sorted({item.name for item in group.items})]

    def _local(self, moment: datetime) -> str:
        return self.tongue.moment(moment)

    def _say(self, words: str, **values: object) -> str:
        return self.tongue.say(words, **values)

    def _severity(self, code: str) -> str:
        return self.tongue.code("severity", code)

    def _place(self, group: Group) -> str:
        return place(group, self.tongue)

    def _who(self, facts: Facts) -> list[str]:
        hands = [self._say("{name} (has it in hand)", name=name) for name in facts.in_hand]
        return [*facts.who, *hands]

    def _body(self, group: Group) -> str:
        code = group.labels.get("organisation", "")
        return group.names.get("organisation", code) or self._place(group)

    def _headline(self, group: Group) -> str:
        cases = {name: group.numbers[name] for name in ("overdue", "at_risk")}
        others = {item.name for item in group.items} if group.numbers["other"] else set()
        others -= {"ApplicationOverdue", "ApplicationAtRisk"}
        said = [part for part in (self._numbers(cases), ", ".join(sorted(others))) if part]
        if said or group.active:
            return ", ".join(said) or self._numbers(group.numbers)
        names = ", ".join(sorted({item.name for item in group.items}))
        return self._say("{names} ended", names=names)

    def _numbers(self, numbers: Mapping[str, Any]) -> str:
        told = {name: numbers[name] for name in NUMBERS if numbers.get(name)}
        return ", ".join(self._say(NUMBERS[name], count=count) for name, count in told.items())

    def _counts(self, numbers: Mapping[str, Any]) -> str:
        return self._numbers(numbers) or self._say("ended")


def place(group: Group, tongue: Tongue) -> str:
    """What the group is about: names where the register knows them, codes where it does not."""
    order = ["service", "organisation", "region"]
    labels = sorted(group.labels, key=lambda each: (each not in order, each))
    known = [label for label in order if label in labels] + [x for x in labels if x not in order]
    parts = [
        group.names.get(label, group.labels[label])
        if label in order and label in group.names
        else f"{tongue.code('label', label)} {group.labels[label]}"
        for label in known
        if group.labels[label]
    ]
    return ", ".join(parts) or tongue.say("everything")


def _sum(groups: Iterable[Group]) -> dict[str, int]:
    total = dict.fromkeys((*NUMBERS, "waiting"), 0)
    for group in groups:
        for name in total:
            total[name] += group.numbers[name]
    return total
