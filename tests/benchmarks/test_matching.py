"""The figures in the docs hold, on the real names; the aims that are not reached are not."""

from benchmarks import matching_data as data
from benchmarks import matching_quality as quality
from benchmarks.matching_speed import names
from tests.shared import shared


def test_popular_names_find_their_service_more_often_than_by_both_baselines() -> None:
    shared("names/brazil_services.csv.gz")
    entries, pairs = data.brazil()
    assert (len(entries), len(pairs)) == (1856, 1266)
    tasks = [data.popular(data.bare(entries), pairs)]
    ours, by_rapidfuzz = quality.ours(tasks), quality.peer(tasks, quality.token_set_ratio)
    by_tfidf = quality.peer(tasks, quality.tfidf)
    assert (by_rapidfuzz["first"], by_rapidfuzz["five"]) == (0.273, 0.406)
    assert (by_tfidf["first"], by_tfidf["five"]) == (0.314, 0.474)
    assert ours["first"] >= 0.335
    assert ours["five"] >= 0.505
    with_all = quality.ours([data.popular(entries, pairs)])
    assert with_all["first"] >= 0.36
    assert with_all["five"] >= 0.54


def test_absence_is_judged_better_than_by_the_better_baseline() -> None:
    shared("names/brazil_services.csv.gz")
    tasks = [data.taken_out(*data.brazil(), seed=0)]
    assert len(tasks[0].entries) == 1299
    found = quality.absence(tasks)
    assert found["auc"] >= 0.84
    assert found["calibration_error"] <= 0.1
    assert quality.absence_by(tasks, quality.token_set_ratio)["auc"] < 0.82


def test_a_held_out_popular_name_is_in_no_register() -> None:
    shared("names/brazil_services.csv.gz")
    entries, pairs = data.brazil()
    tasks = data.folds(entries, pairs)
    assert sum(len(task.asked) for task in tasks) == len(pairs)
    for task in tasks:
        known = {name for each in task.entries for name in each.names}
        acronyms = {name for each in entries for name in each.names}
        assert not (known - acronyms) & {each.name for each in task.asked}


def test_descriptions_in_place_of_names() -> None:
    shared("channels/uk_services_2013.csv")
    ours = quality.ours([data.described()])
    assert ours["first"] >= 0.56
    assert ours["five"] >= 0.82


def test_made_names_are_distinct_and_as_many_as_asked() -> None:
    shared("names/brazil_services.csv.gz")
    register, asked = names(200, 500)
    assert (len(set(register)), len(asked)) == (200, 500)
