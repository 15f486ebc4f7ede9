"""Forecasts of breaches on a real half-year: learn from January to April, judge May and June.

The data are the City of Boston's requests of 2015, with the city's own targets. Each case received
in May and June, and still open at half of its term's working time, is looked at then, with what
was known by then; judged are those whose term has ended. Beside it: always saying the share of
late of these very cases; two plain baselines; and learning anew every four weeks (the job does it
every night), each time from what was decided before. Then the times on larger numbers
(`benchmarks.forecast_speed`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine

from benchmarks.forecast_speed import OPEN, PAST, speed
from benchmarks.server import database
from flows.delays.forecast.features import record
from flows.delays.forecast.judge import judge
from flows.delays.forecast.learn import features_at, learn
from flows.delays.forecast.points import MARKS, Terms, terms
from flows.delays.forecast.quality import Quality, quality
from flows.delays.forecast.read import read
from flows.delays.forecast.worked import clocks_of_database
from flows.delays.looking import Look
from flows.environment import choose, open_environment
from flows.ingest.pull import pull
from flows.register.sync import sync

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ZONE = ZoneInfo("America/New_York")
FIRST = datetime(2015, 1, 1, tzinfo=ZONE)
SINCE = datetime(2015, 5, 1, tzinfo=ZONE)
EXTRACTED = datetime(2016, 1, 12, 22, 22, tzinfo=ZONE)
FOUR_WEEKS = timedelta(days=28)
HALF = 0.5
POINTS = 50_000
"""So many points at most are learned from anew, which is done several times over."""
BETTER = 1.1
"""The aim: the error of the better plain baseline is at least so many times ours."""


def run(size: int = PAST) -> dict[str, Any]:
    """Judge, measure, print the tables; `size` is the number of cases learned from for the times.

    Raises:
        FileNotFoundError: the shared data are not beside the project.
    """
    with _boston() as engine:
        whole = _known_by(engine, EXTRACTED)
        then = _known_by(engine, SINCE)
        learned = learn(then, record(then))
        assert learned.trees is not None, learned.reason
        judged = judge(whole, learned.trees, SINCE.timestamp(), HALF)
        anew = _anew(engine, whole)
    _show("Learned from January to April", judged.quality)
    _show("Share of the term gone", judged.by_elapsed)
    _show("The service's share of late", judged.by_service)
    _show("Learned anew every four weeks", anew)
    for each in judged.quality.bins:
        print(f"  {each.count:5}  said {each.said:.3f}  was {each.late:.3f}")
    times = speed(size, OPEN * size // PAST)
    peer = min(judged.by_elapsed.brier, judged.by_service.brier)
    return {
        "name": "forecast",
        "ours": round(judged.quality.brier, 4),
        "peer": round(peer, 4),
        "unit": f"Brier score of {judged.quality.count} cases; the peer is the better baseline",
        "ratio": round(peer / judged.quality.brier, 3),
        "target": BETTER,
        "met": peer / judged.quality.brier >= BETTER,
        "base_rate": round(judged.quality.base, 4),
        "auc": _rounded(judged.quality.auc),
        "auc_elapsed": _rounded(judged.by_elapsed.auc),
        "auc_service": _rounded(judged.by_service.auc),
        "off": round(judged.quality.off, 4),
        "anew": {
            "auc": _rounded(anew.auc),
            "brier": round(anew.brier, 4),
            "off": round(anew.off, 4),
        },
        "bins": [[b.count, round(b.said, 3), round(b.late, 3)] for b in judged.quality.bins],
        **times,
    }  # fmt: skip


@contextmanager
def _boston() -> Iterator[Engine]:
    """A database with the city's requests, all of them, as of the extract."""
    os.environ["TEREZE_DATA"] = str(DATA)
    environment = open_environment(choose("boston"))
    with database() as found:
        engine = found.engine()
        with engine.begin() as connection:
            sync(connection, environment, "benchmark")
        report = pull(engine, environment, "city_311.requests", actor="benchmark")
        if report.state != "succeeded":
            raise FileNotFoundError(f"{DATA} does not hold the requests: {report}")
        yield engine
        engine.dispose()


def _known_by(engine: Engine, moment: datetime) -> Terms:
    with engine.connect() as connection:
        clocks = clocks_of_database(connection)
        looks = [Look("city_311", moment.astimezone(UTC), {})]
        cases, _ = read(connection, clocks, looks, FIRST)
    return terms(cases, clocks)


def _anew(engine: Engine, whole: Terms) -> Quality:
    """Cases looked at with what was learned from all that was decided up to four weeks before."""
    counted, cases = record(whole), whole.cases
    pool = counted.pools[MARKS.index(HALF)]
    which = (cases.received[pool.place] >= SINCE.timestamp()) & (
        cases.due[pool.place] <= cases.seen[pool.place]
    )
    place, at = pool.place[which], pool.at[which]
    features = features_at(whole, counted, pool.mark, place, at)
    chances = np.empty(len(place))
    turn = ((at - SINCE.timestamp()) // FOUR_WEEKS.total_seconds()).astype(np.int64)
    for each in np.unique(turn):
        then = _known_by(engine, SINCE + int(each) * FOUR_WEEKS)
        learned = learn(then, record(then), POINTS)
        assert learned.trees is not None, learned.reason
        chances[turn == each] = learned.trees.chances(features[turn == each])
    return quality(chances, cases.late[place])


def _show(what: str, found: Quality) -> None:
    auc = "   –" if found.auc is None else f"{found.auc:.3f}"
    print(f"{what:<32} AUC {auc}  Brier {found.brier:.4f}  (share of late: {found.base:.4f})"
          f"  off by {found.off:.3f}", flush=True)  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
