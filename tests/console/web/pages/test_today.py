"""Today: numbers that lead to their lists, within one's region; what fires; what nobody saw."""

import re
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import text

from console.web.pages.today.regions import band, tiles
from flows.quality.figures import Cell, Figures
from tests.console.web.conftest import Client
from tests.console.web.country import country
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]


@pytest.fixture
def land(outage: Outage) -> Outage:
    country(outage)
    outage.found("gateway", "06-02 10:00")
    with outage.engine.begin() as connection:
        for region, name in [("75", "ApplicationOverdue"), ("", "SystemDown")]:
            connection.execute(
                text("""
                    INSERT INTO alerts (fingerprint, name, severity, labels, group_key, state,
                        reason, sentence, starts_at)
                    VALUES (:name, :name, 'critical',
                        jsonb_build_object('region', CAST(:region AS text)), 'g', 'firing',
                        'fired', 'Something', now() - interval '2 hours')
                """),
                {"region": region, "name": name},
            )
    return outage


def cards(page: str) -> list[str]:
    """The numbers at the top."""
    return re.findall(r'<li class="card"><a href="[^"]*"><strong>([^<]*)', page)


@pytest.mark.usefixtures("land")
def test_numbers_and_tiles(signed_in: SignedIn) -> None:
    page = signed_in("on_call").get("/").text
    assert cards(page) == ["36", "82.1%", "2", "5", "71.4%"]
    assert "Aqmola &lt;b&gt;region&lt;/b&gt;" in page
    astana = page[page.index("/delays?region=71") - 80 :][:400]
    for part in ("95.0%", "of 20", "band-1"):
        assert part in astana, part
    for part in ("Failing", "SystemDown", "ApplicationOverdue", "2 hours ago", "No region named"):
        assert part in page, part
    assert "source:" not in page  # pulls without a schedule are never missed
    assert len(signed_in("on_call").get("/").content) < 100_000


@pytest.mark.usefixtures("land")
def test_a_region_sees_itself_alone(signed_in: SignedIn) -> None:
    page = signed_in("region", region="71").get("/").text
    assert cards(page) == ["20", "95.0%", "0", "1", "95.0%"]
    assert "Almaty" not in page
    assert "SystemDown" in page
    assert "ApplicationOverdue" not in page
    assert "ApplicationOverdue" in signed_in("region", region="75").get("/").text
    assert cards(signed_in("region", region="99").get("/").text) == ["0", "–", "0", "0", "–"]


@pytest.mark.parametrize("period", ["30d", "365d", "all", "never", "'; DROP TABLE x"])
def test_periods(signed_in: SignedIn, land: Outage, period: str) -> None:
    with land.engine.begin() as connection:
        connection.execute(
            text("UPDATE applications SET received_at = received_at - interval '40 days'")
        )
    page = signed_in("auditor").get("/?period=" + period)
    assert page.status_code == 200
    assert cards(page.text)[0] == ("36" if period in ("365d", "all") else "0")


@pytest.mark.usefixtures("land")
def test_nobody_is_asked_to_sign_in(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    client.http.cookies.clear()
    assert "Sign in" in client.get("/").text


@pytest.mark.parametrize(
    ("share", "expected"),
    [(None, None), (1.0, 0), (0.98, 0), (0.979, 1), (0.95, 1), (0.9, 2), (0.8, 3), (0.79, 4)],
)
def test_bands(share: float | None, expected: int | None) -> None:
    assert band(share) == expected


def test_tiles_stand_in_their_places_and_none_is_left_out() -> None:
    known: Mapping[str, Mapping[str, str]] = {"1": {"en": "A"}, "2": {"en": "B"}, "3": {"en": "C"}}
    figures = Figures([Cell("9", "s", "", None, (1,) * 8), Cell("2", "s", "", None, (2,) * 8)])
    found = tiles(figures, known, {"3": (1, 2), "2": (4, 1)}, None)
    assert [(each.code, each.place) for each in found] == [
        ("2", (4, 1)), ("3", (1, 2)), ("1", None), ("9", None),
    ]  # fmt: skip
    assert [each.counts.received for each in found] == [2, 0, 0, 1]
    assert [each.code for each in tiles(figures, known, {}, "3")] == ["3"]
