"""Which observations are one function; and what is never joined."""

import pytest

from flows.hidden_services.candidates.grouping import Groups, group
from flows.hidden_services.observed import Observed

FISHING = "Выдача путевки на любительский лов рыбы"
OTHERS = ("Прокат коньков", "Регистрация собаки", "Запись к нотариусу", "Чертеж огорода")


def form(code: str, name: str, system: str = "a", kind: str = "form", **given: str) -> Observed:
    return Observed(system, kind, code, {"ru": name} if name else {}, **given)  # type: ignore[arg-type]


def noise() -> list[Observed]:
    return [form(f"n{n}", name, "noise") for n, name in enumerate(OTHERS)]


def parts(observed: list[Observed], known: tuple[int | None, ...] = ()) -> list[int]:
    candidates = [*known, *(None for _ in observed[len(known) :])]
    groups = group(observed, candidates, 0.7)
    return [groups.of(place) for place in range(len(observed))]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (form("1", FISHING), form("2", f"{FISHING} гражданам", kind="fee"), True),
        (form("1", FISHING), form("2", f"{FISHING}.", "b"), True),
        (form("1", FISHING), form("2", FISHING), True),
        (form("1", FISHING), form("2", "Замена путевки на любительский лов рыбы"), False),
        (form("1", FISHING), form("2", "Выдача ордера на раскопку", "b"), False),
        (form("1", "", service="9"), form("2", FISHING, service="9"), True),
        (form("1", "", service="9"), form("2", FISHING, service="8"), False),
    ],
)
def test_pairs(one: Observed, other: Observed, joined: bool) -> None:
    first, second, *_ = parts([one, other, *noise()])
    assert (first == second) is joined


def test_two_candidates_are_never_joined() -> None:
    observed = [form("1", FISHING), form("2", FISHING, "b"), form("3", FISHING, "c"), *noise()]
    groups = group(observed, [7, 8, None, None, None, None, None], 0.7)
    assert {groups.candidate(0), groups.candidate(1)} == {7, 8}
    assert groups.candidate(2) in (7, 8)


def test_observations_of_one_candidate_draw_together() -> None:
    groups = Groups([form("1", "a"), form("2", "b"), form("3", "c")], [4, None, 4])
    assert groups.of(2) == 0
    assert groups.candidate(1) is None


def test_nothing_new_asks_nothing() -> None:
    assert group([], [], 0.7)
    assert parts([form("1", FISHING)]) == [0]
