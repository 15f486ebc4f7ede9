"""Names in eight languages as others say them: none is known to the program."""

from benchmarks import matching_data as data
from benchmarks import matching_quality as quality

TASKS = data.languages()
TOGETHER = TASKS.pop("all")


def test_the_nearest_entry_is_right_in_each_language_and_in_all_together() -> None:
    each = quality.ours(list(TASKS.values()))
    assert each["first"] >= 0.94
    assert each["five"] >= 0.99
    together = quality.ours([TOGETHER])
    assert together["first"] >= 0.93
    for scores in quality.PEERS.values():
        assert quality.peer([TOGETHER], scores)["first"] < 0.9


def test_no_language_is_left_behind() -> None:
    for language, task in TASKS.items():
        assert quality.ours([task])["first"] >= 0.85, language


def test_absence_is_known_without_labels() -> None:
    found = quality.absence(list(TASKS.values()))
    assert found["auc"] >= 0.96
    assert found["f1"] >= 0.87
    assert found["calibration_error"] <= 0.13
    for scores in quality.PEERS.values():
        assert quality.absence_by(list(TASKS.values()), scores)["auc"] < 0.9
