"""328 front offices of the State Corporation, spread over the regions by weight."""

from functools import cache
from typing import NamedTuple

from sandbox.register.regions import REGIONS

OFFICES = 328


class Office(NamedTuple):
    """A front office; `region` is an index into REGIONS."""

    code: str
    region: int
    name_kk: str
    name_ru: str
    six_day_week: bool


@cache
def offices() -> tuple[Office, ...]:
    """All offices, region by region; every region has at least one."""
    made: list[Office] = []
    for region, count in enumerate(_counts()):
        for number in range(1, count + 1):
            made.append(_office(region, number))
    return tuple(made)


@cache
def first_office() -> tuple[tuple[int, int], ...]:
    """For each region: the index of its first office and how many it has."""
    counts = _counts()
    return tuple((sum(counts[:region]), counts[region]) for region in range(len(counts)))


def office_rows() -> list[dict[str, object]]:
    """What `/register/offices` answers; `region` as KATO."""
    return [office._asdict() | {"region": REGIONS[office.region].kato} for office in offices()]


@cache
def _counts() -> tuple[int, ...]:
    total = sum(region.weight for region in REGIONS)
    counts = [max(1, OFFICES * region.weight // total) for region in REGIONS]
    for extra in range(OFFICES - sum(counts)):
        counts[extra % len(counts)] += 1
    return tuple(counts)


def _office(region: int, number: int) -> Office:
    place = REGIONS[region]
    return Office(
        code=f"{place.kato[:2]}{number:03d}",
        region=region,
        name_kk=f"{place.name_kk}, № {number} фронт-кеңсе",
        name_ru=f"{place.name_ru}, фронт-офис № {number}",
        six_day_week=number % 3 == 1,
    )
