"""A message that was long in the making is not sent."""

from time import monotonic

import pytest

from connectors.calling import NotSent
from connectors.soap.promptly import MOST, check_prompt


def test_what_is_ready_at_once_is_sent() -> None:
    check_prompt("Calling", monotonic() - MOST / 2)


def test_what_took_long_is_not() -> None:
    with pytest.raises(NotSent, match=r"took \d+ s to prepare"):
        check_prompt("Calling", monotonic() - MOST - 1)
