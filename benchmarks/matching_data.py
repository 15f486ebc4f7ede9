"""Registers with other names for the same services, and names of what is in no register."""

import csv
import gzip
import random
from dataclasses import dataclass, replace
from pathlib import Path

from flows.hidden_services.matching.entries import Entry

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LANGUAGES = Path(__file__).parent / "renamed"
"""Made for this benchmark, a file for each language: a name as registered and as somebody else
says it; without a registered name it is in no register."""
TAKEN_OUT = 0.3


@dataclass(frozen=True)
class Task:
    """A register, what is asked for, and the id that is right; "" where it is absent."""

    entries: list[Entry]
    asked: list[Entry]
    right: list[str]


def brazil() -> tuple[list[Entry], list[tuple[str, str]]]:
    """The 1,856 services with their acronym and agency, and the pairs of id and popular name."""
    entries = [
        Entry(
            row["id"],
            row["name"],
            (row["acronym"],) if row["acronym"] else (),
            organisation=row["agency"],
        )
        for row in _rows(DATA / "names" / "brazil_services.csv.gz")
    ]
    pairs = [
        (row["id"], row["popular_name"])
        for row in _rows(DATA / "names" / "brazil_name_pairs.csv.gz")
    ]
    return entries, pairs


def bare(entries: list[Entry]) -> list[Entry]:
    """Nothing but ids and names."""
    return [Entry(each.id, each.name) for each in entries]


def popular(entries: list[Entry], pairs: list[tuple[str, str]]) -> Task:
    """Every popular name asked for."""
    return Task(entries, [Entry("", name) for _, name in pairs], [right for right, _ in pairs])


def folds(entries: list[Entry], pairs: list[tuple[str, str]], count: int = 5) -> list[Task]:
    """The popular names in parts; beside each part the register has the others as further names.

    A popular name of several services is in one part only, so the register never has what is
    asked for.
    """
    chosen = random.Random(0)
    part = {name: chosen.randrange(count) for name in sorted({name for _, name in pairs})}
    tasks = []
    for number in range(count):
        others: dict[str, list[str]] = {}
        for right, name in pairs:
            if part[name] != number:
                others.setdefault(right, []).append(name)
        known = [replace(each, names=(*each.names, *others.get(each.id, ()))) for each in entries]
        tasks.append(popular(known, [pair for pair in pairs if part[pair[1]] == number]))
    return tasks


def taken_out(entries: list[Entry], pairs: list[tuple[str, str]], seed: int) -> Task:
    """A register without 30 % of its services; all official and popular names asked for."""
    out = set(random.Random(seed).sample(range(len(entries)), round(TAKEN_OUT * len(entries))))
    left = [each for place, each in enumerate(entries) if place not in out]
    known = {each.id for each in left}
    asked = [(each.id, each.name) for each in entries] + pairs
    right = [identity if identity in known else "" for identity, _ in asked]
    return Task(left, [Entry("", name) for _, name in asked], right)


def languages() -> dict[str, Task]:
    """By language, and `all` together as one register."""
    rows = {path.stem: list(_rows(path)) for path in sorted(LANGUAGES.glob("*.csv"))}
    rows["all"] = [row for some in list(rows.values()) for row in some]
    return {
        language: Task(
            [Entry(row["registered"], row["registered"]) for row in some if row["registered"]],
            [Entry("", row["observed"]) for row in some],
            [row["registered"] for row in some],
        )
        for language, some in rows.items()
    }


def described() -> Task:
    """658 services of the United Kingdom, asked for by the descriptions that 115 of them have."""
    rows = list(_rows(DATA / "channels" / "uk_services_2013.csv"))
    entries = [Entry(str(place), row["Name of service"]) for place, row in enumerate(rows)]
    asked = [(str(n), row["Description of service"]) for n, row in enumerate(rows)]
    asked = [(right, text) for right, text in asked if text.strip()]
    return Task(entries, [Entry("", text) for _, text in asked], [right for right, _ in asked])


def _rows(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
