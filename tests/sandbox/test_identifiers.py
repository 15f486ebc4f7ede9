from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.identifiers import bins, check_digits, iins, is_valid
from tests.sandbox.check_digit import check_digit, is_right


@given(st.text("0123456789", min_size=11, max_size=11))
def test_check_digit_agrees_with_the_rule_written_out(stem: str) -> None:
    assert check_digits(np.array([int(stem)]))[0] == check_digit(stem)


def test_iins_are_dates_with_a_right_check_digit() -> None:
    made = [f"{number:012d}" for number in iins(np.random.default_rng(1), 3_000).tolist()]
    assert all(is_right(iin) and is_valid(iin) for iin in made)
    assert {iin[7:10] for iin in made} == {"999"}, "known by their serial"
    for iin in made:
        century = {"3": "19", "4": "19", "5": "20", "6": "20"}[iin[6]]
        assert 1950 <= datetime.strptime(century + iin[:6], "%Y%m%d").year <= 2006


def test_bins_have_month_type_and_a_right_check_digit() -> None:
    made = [f"{number:012d}" for number in bins(np.random.default_rng(1), 3_000).tolist()]
    assert all(is_right(one) for one in made)
    assert all(1 <= int(one[2:4]) <= 12 and one[4] in "456" and one[5] in "0123" for one in made)


@pytest.mark.parametrize("wrong", ["", "12345678901", "12345678901a", "930529499918"])
def test_what_is_not_an_identifier(wrong: str) -> None:
    assert not is_valid(wrong)
