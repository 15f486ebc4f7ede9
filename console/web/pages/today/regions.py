"""Regions as tiles: where each stands, and in which band its share on time is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from console.web.pages.today.periods import since
from console.web.site import Site
from flows.quality.figures import Counts, Figures, standing

BANDS = (0.98, 0.95, 0.9, 0.8)
"""The least share on time of each band, the best first; what is below all of them is the last."""
SELDOM = 60.0
"""Seconds for which the register's names are kept."""
PATIENCE = "120s"
"""So long may a count of all applications take; it is done seldom and aside."""
Names = Mapping[str, str]


@dataclass(frozen=True)
class Tile:
    """A region. `place` is its column and row; `band` from 0 (best), None where nothing is known.

    `code` is empty for applications that name no region, or one that the register has not.
    """

    code: str
    names: Names
    counts: Counts
    place: tuple[int, int] | None
    band: int | None


def figures_of(site: Site, period: str) -> tuple[Figures, datetime]:
    """All applications counted, and when they were."""
    engine = site.engine

    def count() -> Figures:
        moment = datetime.now(UTC)
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            connection.execute(text("SET TRANSACTION READ ONLY"))
            return standing(connection, since(period, moment), moment)

    return site.shared.get(("standing", period), count)


def regions(site: Site) -> dict[str, Names]:
    """The register's regions by their codes."""
    return names(site, "regions")


def names(site: Site, table: str) -> dict[str, Names]:
    """The names in one of the register's tables, by code."""
    engine = site.engine

    def read() -> dict[str, Names]:
        with engine.begin() as connection:
            rows = connection.execute(text(f"SELECT code, names FROM {table}"))
            return {row.code: row.names for row in rows}

    return site.shared.get(("names", table), read, SELDOM)[0]


def tiles(
    figures: Figures,
    known: Mapping[str, Names],
    places: Mapping[str, tuple[int, int]],
    only: str | None,
) -> list[Tile]:
    """A tile for each region of the register, those without a place by their codes at the end.

    Somebody bound to a region has the tile of that one alone.
    """
    by_region = {str(code): counts for (code,), counts in figures.by("region").items()}
    codes = [only] if only is not None else [*known, *(by_region.keys() - known.keys())]
    found = [
        Tile(code, known.get(code, {}), counts, places.get(code), band(counts.kept))
        for code in codes
        for counts in [by_region.get(code, Counts())]
    ]
    return sorted(found, key=_order)


def _order(tile: Tile) -> tuple[int, int, str]:
    column, row = tile.place or (0, 99)
    return row, column, tile.code or "~"


def band(share: float | None) -> int | None:
    """The band of a share on time."""
    if share is None:
        return None
    return next((at for at, least in enumerate(BANDS) if share >= least), len(BANDS))
