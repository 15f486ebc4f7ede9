"""Numbers of applications."""

from hypothesis import given
from hypothesis import strategies as st

from flows.composite_services.intake.numbers import is_number, number_of


def test_as_people_read_it() -> None:
    assert number_of(2026, 123) == "OA-2026-000123-7"
    assert number_of(2026, 12_345_678).startswith("OA-2026-12345678-")


@given(ordinal=st.integers(1, 10**8), place=st.integers(0, 30), digit=st.integers(0, 9))
def test_any_wrong_digit_is_found(ordinal: int, place: int, digit: int) -> None:
    number = number_of(2026, ordinal)
    assert is_number(number)
    place = place % len(number)
    if number[place].isdigit() and number[place] != str(digit):
        assert not is_number(number[:place] + str(digit) + number[place + 1 :])


def test_no_numbers() -> None:
    for written in ("", "OA-2026-000123", "OA-2026-000123-8", "oa-2026-000123-7", "123"):
        assert not is_number(written)
