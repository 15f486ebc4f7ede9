"""What has to hold after a round, whatever happened in it: each violation is one sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.chaos.bodies import Deed, by_key
from flows.composite_services import history
from flows.composite_services.engine.transitions import ENDS, STAYS, undoable
from flows.composite_services.loading import Loaded, read
from models import trail
from models.environment.composite_steps import CallStep, SendStep, UndoByLetter

_ALL = "SELECT id FROM composite_applications ORDER BY id"
_OPEN = "SELECT application, step FROM assistance_cases WHERE state = 'open'"
_BY_HAND = "SELECT application, step FROM assistance_cases WHERE state = 'resolved'"
_CHANGES = """
    SELECT application, step, became, id FROM composite_changes
    WHERE became IN ('done', 'undone') AND step IS NOT NULL ORDER BY id
"""
_COUNTS = """
    SELECT coalesce(state || ', ' || outcome, state) AS state, count(*) FROM composite_applications
    GROUP BY 1 ORDER BY 1
"""
_STEPS = """
    SELECT a.composite || '/' || s.step AS step, s.state, count(*) FROM composite_steps s
    JOIN composite_applications a ON a.id = s.application
    GROUP BY a.composite, s.position, s.step, s.state ORDER BY a.composite, s.position, s.state
"""
_ATTEMPTS = """
    SELECT does || ': ' || coalesce(outcome, 'never answered'), count(*) FROM composite_attempts
    GROUP BY 1 ORDER BY 1
"""
Where = tuple[int, str]


@dataclass(frozen=True)
class Checked:
    """What was looked at and counted, and every violation found."""

    applications: Mapping[str, int]
    steps: int
    by_step: Mapping[str, Mapping[str, int]]
    attempts: Mapping[str, int]
    deeds: int
    undone: int
    chains: int
    trail: int
    violations: Sequence[str]


def check(connection: Connection, started: Sequence[str], deeds: Sequence[Deed]) -> Checked:
    """Compare the database with the bodies' ledgers, and verify history and trail."""
    loaded = read(connection, connection.execute(text(_ALL)).scalars().all())
    ledger = by_key(deeds)
    open_ = _where(connection, _OPEN)
    by_hand = _where(connection, _BY_HAND)
    changes = connection.execute(text(_CHANGES)).all()
    verdict = trail.verify(connection)
    chains = _chains(changes, loaded)
    found = [
        *_lost(started, loaded),
        *_twice(ledger),
        *_unlike(loaded, ledger, by_hand),
        *_unfinished(loaded, open_),
        *_out_of_order(chains, loaded, ledger),
        *(problem.sentence for problem in verdict.problems),
        *history.broken(connection),
    ]
    return Checked(
        applications=dict(connection.execute(text(_COUNTS)).tuples().all()),
        steps=sum(len(each.steps) for each in loaded.values()),
        by_step=_by_step(connection),
        attempts=dict(connection.execute(text(_ATTEMPTS)).tuples().all()),
        deeds=len(deeds),
        undone=sum(deed.undo for deed in deeds),
        chains=len(chains),
        trail=verdict.count,
        violations=found,
    )


def _by_step(connection: Connection) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for step, state, count in connection.execute(text(_STEPS)):
        found.setdefault(step, {})[state] = count
    return found


def _where(connection: Connection, query: str) -> frozenset[Where]:
    return frozenset((row[0], row[1]) for row in connection.execute(text(query)))


def _lost(started: Sequence[str], loaded: Mapping[int, Loaded]) -> Iterator[str]:
    """Every application that was taken in is there, once, and no other."""
    there = Counter(each.row["number"] for each in loaded.values())
    for number in set(started) - there.keys():
        yield f"{number} was taken in and is lost"
    for number in there.keys() - set(started):
        yield f"{number} is there, and nobody was told of it"
    for number, count in Counter(started).items():
        if count > 1:
            yield f"{number} was given to {count} applications"


def _twice(ledger: Mapping[str, Sequence[Deed]]) -> Iterator[str]:
    """No body has done, or undone, anything twice for one key."""
    for key, deeds in ledger.items():
        for undo in (False, True):
            found = [deed for deed in deeds if deed.undo is undo]
            if len(found) > 1:
                what = "undone" if undo else "done"
                yield f"{key} was {what} {len(found)} times at {found[0].body}"


def _unlike(
    loaded: Mapping[int, Loaded], ledger: Mapping[str, Sequence[Deed]], by_hand: frozenset[Where]
) -> Iterator[str]:
    """What the database says of each step is what the body has done."""
    keys = set()
    for each in loaded.values():
        for name, row in each.steps.items():
            keys.add(row["key"])
            deeds = ledger.get(row["key"], ())
            wrong = _differs(each, name, row, deeds)
            if wrong and (each.row["id"], name) not in by_hand:
                yield f"{each.row['number']}/{name} is {row['state']}, but {wrong}"
    for key in ledger.keys() - keys:
        yield f"{key} was done at {ledger[key][0].body}, and no step has this key"


def _differs(each: Loaded, name: str, row: Mapping[str, Any], deeds: Sequence[Deed]) -> str | None:
    step = each.step(name)
    if not isinstance(step, CallStep | SendStep) or not step.lasting:
        return None
    done = sum(not deed.undo for deed in deeds)
    undone = sum(deed.undo for deed in deeds)
    state = row["state"]
    if state in ("done", "undone") and done != 1:
        return f"the ledger has it {done} times"
    letter = isinstance(step.undo, UndoByLetter)
    if undone != (state == "undone" and not letter) and state != "undoing":
        return f"the ledger has it undone {undone} times"
    if state in ("pending", "skipped", "dropped") and done:
        return "the body has done it"
    # What is sent is entered before it is decided, a refusal too.
    if state == "refused" and isinstance(step, CallStep) and done:
        return "the body has done it"
    return None


def _unfinished(loaded: Mapping[int, Loaded], open_: frozenset[Where]) -> Iterator[str]:
    """Every application is at an end, or waits for a person who has a case of it."""
    for each in loaded.values():
        row = each.row
        if row["state"] == "ended":
            left = [name for name, step in each.steps.items() if step["state"] not in ENDS]
            left += _not_taken_back(each) if row["outcome"] == "cancelled" else []
            if left:
                yield f"{row['number']} has ended, but for {', '.join(left)}"
            continue
        for name, step in each.steps.items():
            waits = step["state"] in ("person", "undoing")
            if waits and (row["id"], name) not in open_:
                yield f"{row['number']}/{name} is {step['state']}, and nobody has a case of it"
        if not any((row["id"], name) in open_ for name in each.steps):
            yield f"{row['number']} is {row['state']}, and nobody is asked to help"


def _not_taken_back(each: Loaded) -> list[str]:
    return [
        name
        for name, row in each.steps.items()
        if row["state"] == "done" and row["reason"] != STAYS and undoable(each.step(name))
    ]


def _chains(changes: Sequence[Any], loaded: Mapping[int, Loaded]) -> dict[int, list[str]]:
    """Of each application with several steps undone: these, in the order of being undone."""
    chains: dict[int, list[str]] = {}
    for row in changes:
        if row.became == "undone" and loaded[row.application].steps[row.step]["state"] == "undone":
            chains.setdefault(row.application, []).append(row.step)
    return {key: steps for key, steps in chains.items() if len(steps) > 1}


def _out_of_order(
    chains: Mapping[int, Sequence[str]],
    loaded: Mapping[int, Loaded],
    ledger: Mapping[str, Sequence[Deed]],
) -> Iterator[str]:
    """Steps are undone in the reverse of the order in which they ended, and so say the ledgers."""
    for application, steps in chains.items():
        each = loaded[application]
        ended = [(each.steps[step]["ended_at"], each.steps[step]["position"]) for step in steps]
        if ended != sorted(ended, reverse=True):
            yield f"{each.row['number']} was taken back as {', '.join(steps)}"
        moments = [
            deed.at
            for step in steps
            for deed in ledger.get(each.steps[step]["key"], ())
            if deed.undo
        ]
        if moments != sorted(moments):
            yield f"{each.row['number']}: the bodies undid its steps in another order"
