"""Where the same service is taken digitally in one region and hardly in another."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.quality.figures import Counts, Figures

FEWEST = 20
"""Uses in a region below which its share says little."""


@dataclass(frozen=True)
class Gap:
    """A service with its regions of the highest and the lowest take-up; `uses` are of all."""

    service: str
    uses: int
    most: str
    most_share: float
    least: str
    least_share: float

    @property
    def width(self) -> float:
        """The distance between the two, between 0 and 1."""
        return self.most_share - self.least_share


def gaps(figures: Figures, fewest: int = FEWEST) -> list[Gap]:
    """Each service that at least two regions use so often, the widest gap first."""
    shares: dict[str, dict[str, Counts]] = {}
    for (service, region), counts in figures.by("service", "region").items():
        if region and counts.uses >= fewest:
            shares.setdefault(str(service), {})[str(region)] = counts
    found = [_gap(service, regions) for service, regions in shares.items() if len(regions) > 1]
    return sorted(found, key=lambda each: (-each.width, -each.uses, each.service))


def _gap(service: str, regions: Mapping[str, Counts]) -> Gap:
    ordered = sorted(regions, key=lambda code: (-(regions[code].take_up or 0), code))
    most, least = ordered[0], ordered[-1]
    return Gap(
        service=service,
        uses=sum(counts.uses for counts in regions.values()),
        most=most,
        most_share=regions[most].take_up or 0,
        least=least,
        least_share=regions[least].take_up or 0,
    )
