"""What is usual with a source, and what is not now: learnt pull by pull, kept as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from expectations.suite import FRESH_BY
from flows.failures.data.activity import Activity
from flows.failures.data.codes import Codes
from flows.failures.data.held import Held
from flows.failures.data.pace import Pace
from flows.failures.data.rhythm import LEAST, Clocks, Rhythm
from flows.failures.data.seen import Seen
from flows.failures.data.signs import Sign, signs, stopped
from flows.failures.data.volume import Volume
from flows.failures.data.working_time import WorkingTime
from models.datasets import DATASETS
from models.environment.sources import Source

EVIDENCE = 5
"""Pulls that a finding names, the last ones."""

COARSE = timedelta(hours=12)
"""A pull that brings the rows of a longer time brings codes of working time and others."""

DIGEST = "content"


@dataclass(frozen=True)
class Around:
    """What does not change from pull to pull: working time, what the source declares.

    `primary` is the time that tells how new its data are; `digest` is set where every pull
    brings the whole source, so that its content can be compared; `objective` is in seconds.
    """

    source: Source
    time: WorkingTime
    objective: float | None

    @property
    def zone(self) -> ZoneInfo:
        """The environment's."""
        return self.time.zone

    @property
    def primary(self) -> str | None:
        """The name of the time by which data are new."""
        known = FRESH_BY.get(self.source.dataset, ())
        return next((name for name in known if name in self.source.fields), None)

    @property
    def times(self) -> list[str]:
        """The times that the source gives."""
        columns = DATASETS[self.source.dataset].columns
        return [c.name for c in columns if c.kind == "time" and c.name in self.source.fields]

    @property
    def digest(self) -> str | None:
        """The name under which the content is watched."""
        return None if self.source.cursor else DIGEST


class Failing(BaseModel):
    """Pulls on end that could not read the source."""

    since: datetime
    times: int
    reason: str
    sentence: str
    pulls: list[int]


class Habits(BaseModel):
    """Everything that is remembered of a source's pulls; its size does not grow with them.

    `codes` are those of working time and of other time apart, `coded` the ones that the last pull
    brought. `went_back` is the newest change of before, where a whole source came with an older
    one. `good_since` is, by kind of finding, since when there is none.
    """

    last_good: datetime | None = None
    last_good_id: int | None = None
    failing: Failing | None = None
    activity: Activity = Field(default_factory=Activity)
    rhythms: dict[str, Rhythm] = Field(default_factory=dict)
    went_back: datetime | None = None
    hourly: Volume = Field(default_factory=lambda: Volume(part="hour"))
    daily: Volume = Field(default_factory=lambda: Volume(part="day"))
    codes: dict[str, Codes] = Field(default_factory=dict)
    coded: list[str] = Field(default_factory=list)
    held: Held = Field(default_factory=Held)
    pace: Pace = Field(default_factory=Pace)
    slow_since: datetime | None = None
    signs: list[Sign] = Field(default_factory=list)
    good_since: dict[str, datetime] = Field(default_factory=dict)

    def see(self, pull: Seen, around: Around) -> None:
        """Take the next pull."""
        if not pull.of_the_system:
            return
        if pull.good:
            self._good(pull, around)
        elif pull.stopped_by or pull.reason == "stopped":
            self.failing = None
            self._tell(stopped(pull.stopped_by, pull.at), pull)
        else:
            self._failed(pull)
        self._note_good(pull.at)

    def _failed(self, pull: Seen) -> None:
        before = self.failing
        self.failing = Failing(
            since=before.since if before else pull.at,
            times=before.times + 1 if before else 1,
            reason=pull.reason,
            sentence=pull.sentence,
            pulls=[*(before.pulls if before else []), pull.id][-EVIDENCE:],
        )

    def _good(self, pull: Seen, around: Around) -> None:
        self.failing = None
        self._count(pull, around)
        self._move(pull, around)
        if pull.seconds is not None:
            self.pace.see(pull.seconds, around.objective)
            self.slow_since = (self.slow_since or pull.at) if self.pace.slow else None
        self.last_good, self.last_good_id = pull.at, pull.id
        self._tell(signs(self, around, pull.at), pull)

    def _count(self, pull: Seen, around: Around) -> None:
        """Rows, codes and held rows, of what came since the pull before; not of a first load."""
        self.coded = []
        before, at, time = self.last_good, pull.at, around.time
        if before is None or (around.source.cursor and not pull.window):
            return
        sound = not self._held_up(before, around)
        for volume in (self.hourly, self.daily):
            volume.see(before, at, pull.news, sound, time)
        if sound:
            self.activity.learn(before, at, pull.news, time)
        day = at.astimezone(around.zone).date()
        self.held.see(pull.news, pull.held, at, day)
        worked = time.between(before, at) >= 0.9 * (at - before).total_seconds()
        part = "working time" if worked or at - before > COARSE else "other time"
        for name, counted in pull.facts.get("values", {}).items():
            key = f"{name} in {part}"
            self.coded.append(key)
            self.codes.setdefault(key, Codes()).see(counted, at, day)

    def _held_up(self, before: datetime, around: Around) -> bool:
        """Whether, at the pull before, news had been missing for long: then they come at once."""
        name = around.primary or DIGEST
        rhythm = self.rhythms.get(name)
        return rhythm is not None and rhythm.too_long(before, self.clocks(name, around))

    def clocks(self, name: str, around: Around) -> Clocks:
        """How the rests of a value are measured: rows are expected of what every row moves."""
        every_row = name in (around.primary, around.digest)
        return Clocks(around.time, self.activity if every_row else None)

    def _move(self, pull: Seen, around: Around) -> None:
        facts, at, time = pull.facts, pull.at, around.time
        self.went_back = None
        written = facts.get("newest", {})
        for name in around.times:
            rhythm = self.rhythms.setdefault(name, Rhythm())
            known = rhythm.rests_since
            moment = datetime.fromisoformat(written[name]) if name in written else known
            if moment is None:
                continue
            if known is not None and moment <= known:
                back = time.between(moment, known) > LEAST
                if back and name == around.primary and not around.source.cursor:
                    self.went_back = known
                moment = known
            rhythm.see(moment.isoformat(), moment, at, self.clocks(name, around))
        for name, number in facts.get("counters", {}).items():
            clocks = self.clocks(name, around)
            self.rhythms.setdefault(name, Rhythm()).see(str(number), at, at, clocks)
        if around.digest and "digest" in facts:
            clocks = self.clocks(around.digest, around)
            self.rhythms.setdefault(around.digest, Rhythm()).see(facts["digest"], at, at, clocks)

    def _tell(self, found: Iterable[Sign], pull: Seen) -> None:
        """Put the signs of this pull in place of those before, which give their beginning."""
        before = {sign.reason: sign for sign in self.signs}
        now: dict[str, Sign] = {}
        for sign in found:
            if sign.reason in now:
                continue
            old = before.get(sign.reason)
            if old is not None:
                since, times = min(old.since, sign.since), old.times + sign.times
                sign = sign.model_copy(update={"since": since, "times": times})
            pulls = [*(old.pulls if old else []), pull.id][-EVIDENCE:]
            now[sign.reason] = sign.model_copy(update={"pulls": pulls})
        self.signs = list(now.values())

    def _note_good(self, at: datetime) -> None:
        bad = {"down": self.failing, "silent": self.signs, "slow": self.pace.slow}
        for kind, found in bad.items():
            if found:
                self.good_since.pop(kind, None)
            else:
                self.good_since.setdefault(kind, at)
