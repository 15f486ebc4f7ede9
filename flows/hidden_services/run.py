"""One run: collect what is observed, judge what is new, and bring the candidates up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text

from flows.hidden_services.candidates import calibrate, registered, state, write
from flows.hidden_services.candidates.changed import what_changed
from flows.hidden_services.candidates.facts import Facts, facts
from flows.hidden_services.candidates.grouping import group
from flows.hidden_services.candidates.judging import Judged, judge, keep
from flows.hidden_services.candidates.news import asked_of, members, news
from flows.hidden_services.candidates.register import Registered
from flows.hidden_services.candidates.state import Step
from flows.hidden_services.observe.collect import collect
from flows.hidden_services.observed import Key
from flows.hidden_services.signs.likeness import Signs
from models import trail
from models.environment.hidden_services import HiddenServices
from models.environment.loader import Environment
from models.errors import CouldNotRun

LOCK = 7_391_507


@dataclass
class RunReport:
    """What a run judged and found; `not_looked_at` and `problems` are words for people.

    `nameless` are the observations without a name: they could not be compared, and are kept.
    """

    as_of: datetime
    judged: int = 0
    nameless: int = 0
    new: int = 0
    raised_again: int = 0
    in_register_now: int = 0
    open: dict[str, int] = field(default_factory=dict)
    collected: dict[str, int] = field(default_factory=dict)
    calibrated_on: int = 0
    not_looked_at: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def run(
    engine: Engine, environment: Environment, *, actor: str, as_of: datetime | None = None
) -> RunReport:
    """Look for candidates as of a moment (default now), all in one transaction.

    A second run without news changes nothing.

    Raises:
        CouldNotRun: another run is going on.
        ConfigurationError: the signs of hidden_services.yaml are wrong.
    """
    moment = as_of or datetime.now(UTC)
    with engine.begin() as connection:
        if not connection.execute(
            text("SELECT pg_try_advisory_xact_lock(:lock, hashtext(current_schema()))"),
            {"lock": LOCK},
        ).scalar_one():
            raise CouldNotRun(
                "Looking for hidden services", "another run is going on", "Try again in a minute"
            )
        return _Run(connection, environment, actor, moment)()


class _Run:
    """One run in its transaction."""

    def __init__(
        self, connection: Connection, environment: Environment, actor: str, as_of: datetime
    ) -> None:
        self.connection = connection
        self.environment = environment
        self.settings: HiddenServices = environment.hidden_services
        self.actor = actor
        self.as_of = as_of
        self.signs = Signs(self.settings)
        self.report = RunReport(as_of)

    def __call__(self) -> RunReport:
        collected = collect(self.connection, self.environment)
        self.report.collected, self.report.problems = collected.changed, collected.problems
        touched = self._judge()
        touched |= set(write.grown(self.connection))
        self._bring_up_to_date(sorted(touched))
        new, unseen = registered.look(self.connection, self.environment, self.as_of, self.actor)
        self.report.new += len(new)
        self.report.not_looked_at = unseen
        curve = calibrate.decided(self.connection, self.settings.shrinkage)
        calibrate.apply(self.connection, curve)
        self.report.calibrated_on = curve.decisions
        self._count()
        self._audit()
        return self.report

    def _judge(self) -> set[int]:
        """Judge the news and put each where it belongs; answers the candidates touched."""
        asked = asked_of(self.connection, self.settings)
        found = news(self.connection, self.settings, asked)
        if not found:
            return set()
        judged = judge(found, self.signs, Registered(self.connection))
        keep(self.connection, judged, asked)
        self.report.judged = len(judged)
        self.report.nameless = sum(not each.observed.names for each in judged)
        belonging = self._belonging([each.observed.key for each in judged])
        fresh = [
            each for each in judged if not each.is_registered and each.observed.key not in belonging
        ]
        return set(belonging.values()) | self._place(fresh)

    def _belonging(self, keys: Sequence[Key]) -> dict[Key, int]:
        """The candidates that these observations belong to already."""
        rows = self.connection.execute(
            text("""
                SELECT system, kind, code, candidate_id FROM function_judgements
                WHERE candidate_id IS NOT NULL
            """)
        )
        asked = set(keys)
        known = {(row.system, row.kind, row.code): int(row.candidate_id) for row in rows}
        return {key: candidate for key, candidate in known.items() if key in asked}

    def _place(self, fresh: Sequence[Judged]) -> set[int]:
        """Give each a candidate: one that is there, or a new one for each group."""
        if not fresh:
            return set()
        ids = [int(i) for i in self.connection.execute(text("SELECT id FROM candidates")).scalars()]
        by_candidate = members(self.connection, ids)
        known = [(each, i) for i, listed in by_candidate.items() for each in listed]
        groups = group(
            [*(each for each, _ in known), *(each.observed for each in fresh)],
            [*(number for _, number in known), *(None for _ in fresh)],
            self.settings.same,
        )
        places = range(len(known), len(known) + len(fresh))
        firsts = sorted({groups.of(place) for place in places if groups.candidate(place) is None})
        made = write.new_ids(self.connection, len(firsts))
        numbers = dict(zip(firsts, made, strict=True))
        placed = [
            (each.observed.key, groups.candidate(place) or numbers[groups.of(place)])
            for each, place in zip(fresh, places, strict=True)
        ]
        write.belong(self.connection, placed)
        touched = {number for _, number in placed}
        self._write(self._facts(sorted(touched & set(made))))
        state.begin(self.connection, made, self.actor, self.as_of)
        self.report.new += len(made)
        return touched

    def _facts(self, candidates: list[int]) -> dict[int, Facts]:
        found = members(self.connection, candidates)
        return {i: facts(listed, self.signs, self.settings) for i, listed in found.items()}

    def _write(self, found: Mapping[int, Facts]) -> None:
        write.write(self.connection, found, self.as_of)

    def _bring_up_to_date(self, candidates: list[int]) -> None:
        """Write the facts anew, and move what the register has now, or what has to be raised."""
        if not candidates:
            return
        found = self._facts(candidates)
        self._write(found)
        rows = self.connection.execute(
            text("SELECT id, state, decided_on FROM candidates WHERE id = ANY(:ids)"),
            {"ids": candidates},
        ).all()
        for row in rows:
            if row.id not in found:
                continue
            if found[row.id].kind is None:
                self._entered(row.id, row.state, found[row.id])
            elif row.state in state.DECIDED and row.state != "entered" and row.decided_on:
                self._raise_again(row.id, row.decided_on, found[row.id])

    def _entered(self, candidate: int, was: str, found: Facts) -> None:
        if was not in state.OPEN:
            return
        sentence = f"The register has it now, as {found.service}"
        step = Step("entered", "in_register_now", sentence, self.actor, self.as_of)
        self.report.in_register_now += state.move(self.connection, [candidate], step, found.service)

    def _raise_again(self, candidate: int, was: Mapping[str, object], found: Facts) -> None:
        changed = what_changed(was, found.evidence)
        if not changed:
            return
        sentence = f"Its evidence has changed: {'; '.join(changed)}"
        step = Step("new", "evidence_changed", sentence, self.actor, self.as_of)
        self.report.raised_again += state.move(self.connection, [candidate], step)

    def _count(self) -> None:
        rows = self.connection.execute(
            text("SELECT kind, count(*) FROM candidates WHERE state = ANY(:open) GROUP BY kind"),
            {"open": list(state.OPEN)},
        )
        self.report.open = {kind: int(count) for kind, count in rows}

    def _audit(self) -> None:
        report = self.report
        counts = {
            "judged": report.judged,
            "new": report.new,
            "raised_again": report.raised_again,
            "in_register_now": report.in_register_now,
        }
        if any(counts.values()):
            trail.record(
                self.connection,
                actor=self.actor,
                action="hidden_services.looked_for",
                subject=self.environment.name,
                details={**counts, "as_of": self.as_of.isoformat()},
            )
