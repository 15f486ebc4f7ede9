"""The lists of what bodies do are read as every other list is."""

import pytest

from sandbox.functions.planted import planted
from tests.sandbox.reading import Reader


@pytest.mark.parametrize(
    ("name", "place"), [("operations", "operation"), ("fees", "fee"), ("forms", "form")]
)
def test_lists_show_what_is_planted(corporation: Reader, name: str, place: str) -> None:
    items = corporation.items(f"/functions/{name}", size=50)
    assert [row["code"] for row in items] == [e.code for e in planted() if e.place == place]
    assert all(row["last_used"] for row in items)
