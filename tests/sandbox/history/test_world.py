import numpy as np
import pytest

from sandbox.history.columns import NEVER, NO_OFFICE, Columns
from sandbox.history.local_time import DAY, parse
from sandbox.history.profiles import AGRICULTURE, LAND_REGISTRY, STATE_CORPORATION, Profile
from sandbox.history.world import World
from sandbox.register.channels import FRONT_OFFICE
from sandbox.register.offices import offices
from sandbox.register.services import services
from sandbox.register.words import SPHERES
from tests.sandbox.reading import NOW

ANCHOR = parse(NOW)


def world(volume: int = 20_000, seed: int = 1) -> World:
    return World(STATE_CORPORATION, seed, volume, ANCHOR)


def shown(made: World, at: float) -> Columns:
    count = made.visible(at)
    return Columns._make(column[:count] for column in made.columns(at))


@pytest.mark.parametrize("volume", [1, 100, 777, 20_000, 300_000])
def test_exactly_the_volume_has_arrived_at_the_anchor(volume: int) -> None:
    made = world(volume)
    assert made.visible(ANCHOR) == volume
    assert made.visible(made.start) == 0


def test_same_seed_same_world_however_it_was_reached() -> None:
    straight, stepwise = world(), world()
    later = ANCHOR + 20 * DAY
    for hours in range(0, 20 * 24, 7):
        stepwise.visible(ANCHOR + hours * 3600)
    first, second = shown(straight, later), shown(stepwise, later)
    for name in Columns._fields:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert straight.visible(later) > 20_000


def test_another_seed_is_another_world() -> None:
    assert not np.array_equal(world(seed=1).columns(0).received, world(seed=2).columns(0).received)


def test_what_happened_is_in_order() -> None:
    made = world().columns(ANCHOR)
    stops = made.stopped < NEVER
    assert (np.diff(made.received) >= 0).all()
    assert (made.registered >= made.received).all()
    assert (made.completed > made.received).all()
    assert (made.staged[stops] <= made.stopped[stops]).all()
    assert (made.stopped[stops] < made.restarted[stops]).all()
    assert (made.restarted[stops] < made.completed[stops]).all()


def test_shares_are_those_promised() -> None:
    made = shown(world(100_000), ANCHOR)
    known = made.completed < NEVER
    assert 0.035 < (made.completed > made.due)[known].mean() < 0.050
    assert 0.02 < (made.stopped < NEVER).mean() < 0.04
    assert 0.05 < (made.completed > ANCHOR).mean() < 0.20
    assert 0.005 < (~known).mean() < 0.015


def test_some_bodies_are_worse() -> None:
    made = shown(world(100_000), ANCHOR)
    late = made.completed > made.due
    sphere = np.array([service.sphere for service in services()])[made.service]
    codes = [one.code for one in SPHERES]
    share = {code: late[sphere == number].mean() for number, code in enumerate(codes)}
    assert share["LAND"] > 2 * share["TAX"]


def test_offices_only_for_the_front_office_in_working_hours() -> None:
    made = shown(world(), ANCHOR)
    front = made.channel == FRONT_OFFICE
    assert ((made.office != NO_OFFICE) == front).all()
    hours = (made.received[front] % DAY) / 3600
    assert ((hours >= 9) & (hours <= 18)).all()
    regions = np.array([office.region for office in offices()])
    assert (regions[made.office[front]] == made.region[front]).all()
    night = ((made.received % DAY) < 8 * 3600).mean()
    assert 0 < night < 0.05


@pytest.mark.parametrize(
    ("profile", "sphere"), [(LAND_REGISTRY, "LAND"), (AGRICULTURE, "AGRICULTURE")]
)
def test_bodies_have_services_of_their_own(profile: Profile, sphere: str) -> None:
    made = World(profile, 1, 1000, ANCHOR).columns(ANCHOR)
    codes = {SPHERES[services()[place].sphere].code for place in made.service.tolist()}
    assert codes == {sphere}


@pytest.mark.parametrize(
    ("anchor", "volume", "words"),
    [("2024-04-15T12:00:00", 100, "2024-03-01"), (NOW, 0, "at least 1")],
)
def test_worlds_that_cannot_be(anchor: str, volume: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        World(STATE_CORPORATION, 1, volume, parse(anchor))


def test_more_than_the_lists_can_name_is_refused() -> None:
    with pytest.raises(OverflowError, match="at most 16777216"):
        world(20_000_000)


def test_the_end_of_the_calendar_is_said() -> None:
    with pytest.raises(OverflowError, match="years it knows"):
        world(1000).visible(ANCHOR + 3650 * DAY)
