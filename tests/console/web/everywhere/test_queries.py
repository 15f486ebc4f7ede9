"""A page costs a bounded number of queries, however much there is to show."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.console.web.conftest import Client
from tests.console.web.everywhere.conftest import visited
from tests.console.web.everywhere.furnished import Furnished
from tests.console.web.everywhere.test_rights import everybody

MOST = 6
"""One says who asks; what many pages show is counted seldom."""
MORE = {
    "/alerts/silences": 12,
    "/alerts/{fingerprint}": 14,
    "/applications/timeline": 12,
    "/sources/{source}": 10,
    "/systems/{name}": 24,
    "/systems/{name}/findings/{number}/letter": 20,
}
"""Pages that show one thing from all its sides; as many for a thing with much to it."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of requests meanwhile; what is counted anew aside is not theirs."""
    statements: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.current_thread().name.startswith("AnyIO"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


def test_no_page_asks_much(signed_in: Callable[..., Client], outage: Furnished) -> None:
    client = everybody(signed_in, outage)
    asked: dict[str, list[int]] = {}
    for page in visited(client):  # that was once for what is shared
        with counted() as statements:
            assert client.get(page.address).status_code == 200, page.address
        asked.setdefault(page.template, []).append(len(statements))
    assert len(asked) > 10
    assert min(min(counts) for counts in asked.values()) >= 1  # who asks
    many = {page: max(counts) for page, counts in asked.items()
            if max(counts) > MORE.get(page, MOST)}  # fmt: skip
    assert many == {}
