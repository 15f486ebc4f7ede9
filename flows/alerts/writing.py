"""Write notices as pending: to whom, how many, and in what words."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts import causes, details, news
from flows.alerts.house import House
from flows.alerts.news import Group, Item
from flows.alerts.routes import SEVERITIES, chains, receivers_for
from flows.alerts.words import Facts, Kind, Notice, Voice
from models.masking import Masker

log = logging.getLogger(__name__)

# Not one whose attempt may have arrived: whoever got it hears of the end.
_SUPERSEDE = """
    UPDATE notices n SET state = 'superseded'
    WHERE state = 'pending' AND jsonb_array_length(groups) = 1 AND groups ->> 0 = ANY(:over)
      AND kind IN ('firing', 'escalation', 'reminder') AND NOT EXISTS (
        SELECT FROM notice_attempts t WHERE t.notice_id = n.id AND t.outcome IS NULL)
"""
_MAYBE_TOLD = """
    SELECT DISTINCT receiver, g.key FROM notices n, jsonb_array_elements_text(groups) AS g (key)
    WHERE state = 'pending' AND g.key = ANY(:over) AND EXISTS (
        SELECT FROM notice_attempts t WHERE t.notice_id = n.id AND t.outcome IS NULL)
"""
_RECENT = """
    SELECT receiver, count(*) AS n FROM notices
    WHERE receiver = ANY(:receivers) AND created_at > :not_since
      AND kind NOT IN ('hand_over', 'sign', 'assigned')
    GROUP BY receiver
"""
_INSERT = """
    INSERT INTO notices (receiver, groups, kind, title, body, numbers, state, others, created_at)
    VALUES (:receiver, CAST(:groups AS jsonb), :kind, :title, :body, CAST(:numbers AS jsonb),
            'pending', CAST(:others AS jsonb), :now) RETURNING id
"""
Chains = dict[str, list[str]]


class Desk:
    """Where one round's notices are written, in its transaction. `created` are their ids."""

    def __init__(self, connection: Connection, house: House, now: datetime) -> None:
        self.connection, self.house, self.now = connection, house, now
        self.working_hours = house.working_hours(now)
        self.created: list[int] = []
        self._masker = Masker(house.settings.identifiers)

    def voice(self, receiver: str) -> Voice:
        """How notices to a receiver are worded."""
        tongue = self.house.tongue(receiver)
        return Voice(
            tongue,
            self._masker,
            self.house.alerts.notices,
            self.now,
            self.house.settings.title,
            self.house.page_of,
            lambda name: self.house.runbook_of(name, tongue.language),
        )

    def read(self, which: str, values: Mapping[str, Any]) -> list[Group]:
        """The groups of alerts that are chosen by `which`; see `news.read`."""
        language = self.house.settings.languages[0]
        return news.read(self.connection, language, which, values)

    def receivers(self, item: Item) -> tuple[str, ...]:
        """The receivers that a route leads to."""
        return receivers_for(
            self.house.alerts, item.name, item.severity, item.labels, self.working_hours
        )

    def tell(self, groups: Sequence[Group]) -> tuple[int, int]:
        """Write the notices of what is new; answers how many groups are told of, and how many
        wait because a receiver has had as many notices as it may.
        """
        wanted = self._whom(groups)
        free = self._free({receiver for whom in wanted.values() for receiver in whom})
        by_receiver: dict[str, list[Group]] = {}
        later: set[str] = set()
        for group in groups:
            whom = wanted[group.key]
            if any(free.get(receiver, 1) <= 0 for receiver in whom):
                later.add(group.key)
                continue
            for receiver in sorted(whom):
                by_receiver.setdefault(receiver, []).append(group)
        self._write(by_receiver, free, wanted)
        told = [group for group in groups if group.key not in later]
        return self._remember(told, wanted), len(later)

    def _remember(self, groups: Iterable[Group], wanted: Mapping[str, Chains]) -> int:
        """Mark what was told; answers of how many groups."""
        whole: list[str] = []
        parts: list[dict[str, Any]] = []
        over: list[str] = []
        spoken_of = [group for group in groups if wanted[group.key]]
        for group in groups:
            ended = group.active == 0
            items = [item for item in group.items if ended or self.receivers(item)]
            if len(items) == len(group.items):
                whole.append(group.key)
            else:
                parts += [_key(group, item) for item in items]
            over += [group.key] if ended else []
        if over:
            self.connection.execute(text(_SUPERSEDE), {"over": over})
        if spoken_of:
            news.mark_said(self.connection, spoken_of, self.now)
        news.mark_told(self.connection, whole, parts, self.now)
        return len(spoken_of)

    def _whom(self, groups: Sequence[Group]) -> dict[str, Chains]:
        """Where notices go: of an end, to those who were told of the beginning."""
        told = {group.key: list(group.told) for group in groups if not group.active}
        maybe = text(_MAYBE_TOLD)
        for row in self.connection.execute(maybe, {"over": list(told)}) if told else ():
            told[row.key].append(row.receiver)
        found: dict[str, Chains] = {}
        known: dict[tuple[str, ...], Chains] = {}
        for group in groups:
            if group.key in told:
                here = [each for each in told[group.key] if each in self.house.alerts.receivers]
                found[group.key] = {receiver: [] for receiver in here}
                continue
            routed = tuple(to for item in group.items for to in self.receivers(item))
            if routed not in known:
                known[routed] = chains(self.house, routed, self.now)
            found[group.key] = known[routed]
        return found

    def call(self, groups: Sequence[Group], receivers: Iterable[str], kind: Kind) -> None:
        """Tell these receivers of groups that go on, by an escalation or a reminder."""
        whom = chains(self.house, receivers, self.now)
        free = self._free(whom)
        self._write(
            {receiver: list(groups) for receiver in whom},
            {receiver: max(1, free.get(receiver, 1)) for receiver in whom},
            {group.key: whom for group in groups},
            kind,
        )

    def _free(self, receivers: Iterable[str]) -> dict[str, int]:
        """How many more notices each may have in this interval; files and terminals only here."""
        config = self.house.alerts
        names = sorted(receivers)
        values = {"receivers": names, "not_since": self.now - config.notices.interval}
        recent = {row.receiver: row.n for row in self.connection.execute(text(_RECENT), values)}
        people = {name for name, each in config.receivers.items() if each.url is not None}
        most = config.notices.at_most
        return {each: most - (recent.get(each, 0) if each in people else 0) for each in names}

    def _write(
        self,
        by_receiver: Mapping[str, list[Group]],
        free: Mapping[str, int],
        wanted: Mapping[str, Chains],
        kind: Kind | None = None,
    ) -> None:
        parted = {to: _parted(groups, free[to]) for to, groups in by_receiver.items()}
        alone = {group.key: group for part, _ in parted.values() for group in part}
        oldest = self.house.alerts.notices.oldest
        told = details.detailed(self.connection, list(alone.values()), oldest)
        known = causes.facts_of(self.connection, self.house, told)
        detailed = {group.key: group for group in told}
        for receiver, (part, rest) in parted.items():
            voice = self.voice(receiver)
            for group in self._named([detailed[each.key] for each in part], voice):
                facts = causes.told(self.house, group, known, wanted[group.key], receiver)
                notice = worded(voice, group, facts, kind)
                self.insert(receiver, notice, wanted[group.key][receiver])
            if rest:
                notice = voice.of_many(self._named(rest, voice))
                self.insert(receiver, notice, wanted[rest[0].key][receiver])

    def _named(self, groups: Sequence[Group], voice: Voice) -> Sequence[Group]:
        """With the register's names in the notice's language."""
        language = voice.tongue.language
        if not groups or language == self.house.settings.languages[0]:
            return groups
        return details.named(self.connection, groups, language)

    def insert(self, receiver: str, notice: Notice, others: Sequence[str] = ()) -> int:
        """Write one notice as pending; answers its number."""
        row = {
            "receiver": receiver,
            "groups": json.dumps(list(notice.groups)),
            "kind": notice.kind,
            "title": notice.title,
            "body": notice.body,
            "numbers": json.dumps(notice.numbers),
            "others": json.dumps(list(others)),
            "now": self.now,
        }
        number = int(self.connection.execute(text(_INSERT), row).scalar_one())
        self.created.append(number)
        return number


def worded(voice: Voice, group: Group, facts: Facts, kind: Kind | None) -> Notice:
    """The notice of a group, whatever its data are."""
    try:
        return voice.of_group(group, facts, kind)
    except Exception:  # one group's bad data must not keep the others' notices from people
        log.exception("The notice of %s could not be worded", group.key)
        return voice.of_unreadable(group)


def _key(group: Group, item: Item) -> dict[str, Any]:
    named = {"name": item.name, "severity": item.severity, "labels": dict(item.labels)}
    return {"group_key": group.key, **named}


def _parted(groups: list[Group], at_most: int) -> tuple[list[Group], list[Group]]:
    """The gravest and largest groups one by one; what is beyond the limit for one summary."""
    ordered = sorted(groups, key=lambda each: (_rank(each), -each.active, each.key))
    alone = ordered if len(ordered) <= at_most else ordered[: max(0, at_most - 1)]
    return alone, ordered[len(alone) :]


def _rank(group: Group) -> int:
    return SEVERITIES.index(group.severity) if group.active else len(SEVERITIES)
