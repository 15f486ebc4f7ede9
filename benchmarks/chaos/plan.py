"""What a round of chaos does: how many of what, and the forms, all from one seed."""

import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.identifiers import iins

COMPOSITES = ("birth_of_child", "move_house", "open_business")


@dataclass(frozen=True)
class Plan:
    """The size of a round. It ends with the kills done, or after `minutes`, whichever is first.

    `every` are the seconds between two kills at least; `database` is the share of kills that
    hit the database; `settle` the minutes after the last kill in which all has to come to rest.
    `lease` are the seconds for which a call may be out: a slow body takes half as long, and is
    not waited for longer than a third.
    """

    applications: int = 2_000
    kills: int = 200
    minutes: float = 20.0
    every: float = 3.0
    workers: int = 2
    cancelled: float = 0.1
    database: float = 0.15
    settle: float = 6.0
    lease: int = 12
    seed: int = 20261122

    def forms(self) -> list[tuple[str, dict[str, Any]]]:
        """A composite service and the form for each application."""
        rng, draw = np.random.default_rng(self.seed), random.Random(self.seed)
        people = [f"{iin:012d}" for iin in iins(rng, 4 * self.applications)]
        return [
            _form(COMPOSITES[place % len(COMPOSITES)], place, people, draw)
            for place in range(self.applications)
        ]


def _form(
    composite: str, place: int, people: list[str], draw: random.Random
) -> tuple[str, dict[str, Any]]:
    first, second = people[2 * place], people[2 * place + 1]
    phone = f"+7700{place:07d}"
    if composite == "birth_of_child":
        return composite, _birth(place, first, phone, draw)
    if composite == "move_house":
        return composite, _move(place, first, second, phone, draw)
    return composite, {
        "founder_iin": first,
        "company_name": f"TOO Chaos {place}",
        "address": f"Abay avenue {place}",
        "activity": "62011",
        "regime": draw.choice(("general", "simplified")),
        "licensed": draw.random() < 0.6,
        "phone": phone,
    }


def _birth(place: int, mother: str, phone: str, draw: random.Random) -> dict[str, Any]:
    refused = draw.random() < 0.05
    return {
        "mother_iin": mother,
        "born_on": f"2026-11-{1 + place % 20:02d}",
        "sex": draw.choice(("male", "female")),
        "child_name": f"Child {place}",
        "medical_certificate": f"MC-{place:06d}{'00' if refused else '17'}",
        "iban": f"KZ12{place:014d}{'00' if draw.random() < 0.05 else '17'}",
        "phone": phone,
    }


def _move(place: int, person: str, pupil: str, phone: str, draw: random.Random) -> dict[str, Any]:
    school = draw.random() < 0.5
    return {
        "applicant_iin": person,
        "kato": f"7510{10000 + place % 80000:05d}".replace("00", "11"),
        "address": f"Abay street {place}",
        "clinic": f"P-{place}{'00' if draw.random() < 0.05 else '17'}",
        "has_pupil": school,
        **({"pupil_iin": pupil, "school": f"S-{place}"} if school else {}),
        "has_benefits": draw.random() < 0.3,
        "phone": phone,
    }
