"""The widest gaps between regions, and what too few cases do not show."""

from flows.quality.figures import COUNTS, Cell, Figures
from flows.quality.gaps import gaps


def _cell(region: str, service: str, uses: int, digital: int) -> Cell:
    numbers = {"received": uses, "uses": uses, "digital": digital}
    return Cell(region, service, "", None, tuple(numbers.get(name, 0) for name in COUNTS))


def test_twenty_percent_in_one_and_two_in_another() -> None:
    figures = Figures(
        [
            _cell("71", "birth", 100, 20),
            _cell("75", "birth", 50, 1),
            _cell("11", "birth", 30, 3),
            _cell("71", "land", 40, 40),
            _cell("75", "land", 40, 0),
            _cell("11", "land", 19, 19),  # too few to say anything
            _cell("71", "alone", 90, 9),  # nobody else uses it
            _cell("", "land", 500, 500),  # of no region
        ]
    )
    land, birth = gaps(figures)
    assert (land.service, land.most, land.least, land.uses) == ("land", "71", "75", 80)
    assert (birth.most, birth.most_share, birth.least, birth.least_share) == ("71", 0.2, "75", 0.02)
    assert round(birth.width, 2) == 0.18
    assert gaps(Figures([])) == []
