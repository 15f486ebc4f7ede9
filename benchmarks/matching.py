"""Names against a register: nearest entry, probability of absence, speed; beside two baselines.

The real register is Brazil's: 1,266 popular names, each with the one service it stands for. It is
asked in three states: only names; with the acronym and the agency of each service; and with the
other popular names too, as a register that knows names in several languages has them (five parts,
what is asked for is never in it). No choice in the program was made for it alone: see the sets in
eight languages and the British descriptions, which are in the figures too.
"""

from collections.abc import Sequence
from typing import Any

from benchmarks import matching_data as data
from benchmarks import matching_quality as quality
from benchmarks import matching_speed as speed
from benchmarks.matching_data import Task

FIRST, FIVE = 0.45, 0.65
SECONDS, MEGABYTES, AGAIN = 15.0, 2048, 1.0
SEEDS = range(5)


def run(size: int = speed.OBSERVED) -> dict[str, Any]:
    """Compare; `size` observed names for the speed, and the whole of the quality."""
    entries, pairs = data.brazil()
    asked = {
        "names_only": [data.popular(data.bare(entries), pairs)],
        "all_columns": [data.popular(entries, pairs)],
        "other_names_known": data.folds(entries, pairs),
    }
    nearest = {state: _beside(tasks) for state, tasks in asked.items()}
    fast = speed.measure(size, max(size // 10, 10))
    ours = nearest["all_columns"]["ours"]
    peers = nearest["all_columns"]
    best = max(peers[name]["first"] for name in quality.PEERS)
    is_fast = (
        fast["seconds"] < SECONDS
        and fast["megabytes"] < MEGABYTES
        and fast["again_100_new_seconds"] < AGAIN
    )
    return {
        "name": "matching",
        "ours": ours["first"],
        "peer": best,
        "unit": "share of popular names whose nearest entry is right",
        "ratio": round(ours["first"] / best, 2),
        "target": FIRST,
        "met": ours["first"] >= FIRST and ours["five"] >= FIVE and is_fast,
        "met_quality": ours["first"] >= FIRST and ours["five"] >= FIVE,
        "met_speed": is_fast,
        "brazil": nearest,
        "brazil_30_percent_out": _absence([data.taken_out(entries, pairs, n) for n in SEEDS]),
        "languages": _languages(),
        "british_descriptions": _beside([data.described()]),
        "speed": fast,
    }


def _beside(tasks: Sequence[Task]) -> dict[str, dict[str, float]]:
    peers = {name: quality.peer(tasks, scores) for name, scores in quality.PEERS.items()}
    return {"ours": quality.ours(tasks), **peers}


def _absence(tasks: Sequence[Task]) -> dict[str, Any]:
    peers = {name: quality.absence_by(tasks, scores) for name, scores in quality.PEERS.items()}
    return {"ours": quality.absence(tasks), **peers}


def _languages() -> dict[str, Any]:
    every = data.languages()
    together = every.pop("all")
    return {
        "nearest": _beside([together]),
        "nearest_by_language": {name: _beside([task]) for name, task in every.items()},
        "absence": _absence(list(every.values())),
    }
