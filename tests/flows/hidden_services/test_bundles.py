"""Services taken together: counted by people, in their order, and never by name."""

from datetime import timedelta

import pytest

from flows.hidden_services.bundles import Bundled, bundles
from flows.hidden_services.report import write_bundles
from models.environment.hidden_services import Bundles
from tests.flows.hidden_services.house import NOW, House

BIRTH, LICENCE, ALLOWANCE, ARCHIVE = "00100101", "00100102", "00100103", "00100104"


def found(house: House, **settings: object) -> Bundled:
    chosen = Bundles.model_validate({"recipients": 5, **settings})
    with house.engine.begin() as connection:
        return bundles(connection, chosen)


@pytest.fixture
def families(house: House) -> House:
    """10 families take three services in a row; 30 others take one of four each."""
    house.do("INSERT INTO channels (code, names, digital) VALUES ('office', '{}', false)")
    for n in range(10):
        for days, service in ((0, BIRTH), (4 + n % 3, ALLOWANCE), (9, ARCHIVE)):
            house.applied(service, NOW - timedelta(days=100 - days), applicant=f"family-{n}",
                          channel="office")  # fmt: skip
    for n in range(30):
        service = (BIRTH, ALLOWANCE, ARCHIVE, LICENCE)[n % 4]
        house.applied(service, NOW - timedelta(days=n), applicant=f"other-{n}", channel="portal")
    return house


def test_three_services_in_a_row_are_one_bundle(families: House) -> None:
    result = found(families)
    [bundle] = result.bundles
    assert bundle.services == [BIRTH, ALLOWANCE, ARCHIVE]
    assert (bundle.recipients, result.recipients) == (10, 40)
    assert bundle.support == pytest.approx(10 / 40)
    # By chance: 18, 18 and 17 of 40 took each.
    assert bundle.lift == pytest.approx((10 / 40) / (18 * 18 * 17 / 40**3))
    assert bundle.in_this_order == 1.0
    assert bundle.days == pytest.approx(9.0)
    assert bundle.applications_saved == 20
    assert bundle.visits_saved == 20, "three visits each, one is left"


def test_the_order_that_most_took(house: House) -> None:
    for n in range(10):
        first, second = (BIRTH, ALLOWANCE) if n < 7 else (ALLOWANCE, BIRTH)
        house.applied(first, NOW - timedelta(days=10), applicant=f"f{n}")
        house.applied(second, NOW - timedelta(days=5), applicant=f"f{n}")
    for n in range(40):
        house.applied(ARCHIVE, NOW, applicant=f"o{n}")
    [bundle] = found(house).bundles
    assert bundle.services == [BIRTH, ALLOWANCE]
    assert bundle.in_this_order == pytest.approx(0.7)
    assert bundle.visits_saved == 0, "no channel is known to need a visit"


@pytest.mark.parametrize(
    "settings",
    [
        {"recipients": 11},  # too few: they may be known
        {"within": timedelta(days=1)},  # too far apart
        {"lift": 50.0},  # as often by chance
        {"at_most": 2},  # who applies so often acts for others
    ],
)
def test_what_is_no_bundle(families: House, settings: dict[str, object]) -> None:
    assert found(families, **settings).bundles == []


def test_larger_ones_stop_where_they_are_told(families: House) -> None:
    pairs = found(families, largest=2, lift=1.0).bundles
    assert [len(each.services) for each in pairs] == [2, 2, 2]


def test_who_is_not_named_is_left_out_and_said(families: House) -> None:
    families.applied(BIRTH, NOW, 4)
    assert found(families).nameless == 4


def test_nobody_is_named_anywhere(families: House) -> None:
    result = found(families)
    file = families.folder / "bundles.csv"
    write_bundles(file, result, ["ru"])
    for written in (repr(result), file.read_text(encoding="utf-8")):
        assert "family" not in written
    kept = families.all("SELECT tablename FROM pg_tables WHERE schemaname LIKE 'pg_temp%'")
    assert kept == [], "what was counted by is gone"
    assert "Регистрация рождения ребенка → " in file.read_text(encoding="utf-8")


def test_an_empty_store_has_none(house: House) -> None:
    result = found(house)
    assert (result.bundles, result.recipients) == ([], 0)
