"""The stand-in's pages: what is available, what is kept, and seconds that pages meet in."""

import pytest

from sandbox.xroad_monitoring.shelf import KEPT, Shelf

NOW = 1_780_000_000


def shelf(*seconds: int, page: int = 3) -> Shelf:
    made = Shelf(page)
    made.add({"monitoringDataTs": second, "n": n} for n, second in enumerate(seconds))
    return made


def seconds(found: Shelf, first: int, last: int) -> tuple[list[int], int | None]:
    answer = found.page(first, last, NOW)
    return [record["monitoringDataTs"] - first for record in answer.records], answer.next_from


def test_what_is_not_available_yet() -> None:
    begin = NOW - 100
    assert seconds(shelf(begin, NOW - 61, NOW - 60), begin, NOW) == ([0, 39], NOW - 60)


def test_what_is_kept_no_more() -> None:
    old = NOW - KEPT - 1
    assert seconds(shelf(old, old + 1), old, NOW - 100) == ([1], None)


def test_pages_meet_in_a_second_that_comes_twice() -> None:
    begin = NOW - 100
    found = shelf(begin, begin + 1, begin + 1, begin + 1, begin + 2)
    assert seconds(found, begin, begin + 9) == ([0, 1, 1], begin + 1)
    assert seconds(found, begin + 1, begin + 9) == ([0, 0, 0], begin + 2)
    assert seconds(found, begin + 2, begin + 9) == ([0], None)


def test_more_than_a_page_in_one_second_comes_whole() -> None:
    begin = NOW - 100
    assert seconds(shelf(*[begin] * 5, begin + 1), begin, begin + 9) == ([0] * 5, begin + 1)


def test_a_record_without_its_second() -> None:
    with pytest.raises(ValueError, match="monitoringDataTs"):
        Shelf().add([{"messageId": "a"}])
