"""What every connector has to do, whatever it talks to.

A connector's test module subclasses `Conformance` and gives a fixture `harness`: something that
can fill a real source with records, make a connector that reads it, and take the source away.
"""

import gc
import hashlib
import inspect
import time
import tracemalloc
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import psutil
import pytest

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.protocol import Connector, Page, Window
from connectors.registry import CONNECTORS

KINDS = {"text", "number", "boolean", "time", "list", "object", "empty"}
PAGE_SIZE = 7
SECRET_VARIABLE = "TEREZE_TEST_SECRET"
SECRET = "opensesame-93"


def sample_records(count: int) -> list[dict[str, Any]]:
    """Records in the order of `changed_at`, two of each value; `number` is unique."""
    return [
        {
            "number": 1000 + index,
            "changed_at": f"2026-05-{1 + index // 1440:02d}T{index // 2 // 60 % 24:02d}"
            f":{index // 2 % 60:02d}:00",
            "name": f"Өтініш №{index}; «қала»",
        }
        for index in range(count)
    ]


class Harness(ABC):
    """A source that a connector can be tried on. The cursor field is `changed_at`."""

    uses_secret = True
    holds_pages_only = True  # False where a library cannot but hold more of the source

    @abstractmethod
    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        """Make the source hold these records and no others."""

    @abstractmethod
    def connector(self, page_size: int = PAGE_SIZE) -> Connector:
        """A closed connector; its secret, if it has one, is `{env: SECRET_VARIABLE}`."""

    @abstractmethod
    def break_down(self) -> None:
        """Make the source such that it cannot be read."""


def read(connector: Connector, window: Window | None = None) -> list[Page]:
    """All pages of a window, opened and closed around."""
    connector.open()
    try:
        return list(connector.pages(window or Window()))
    finally:
        connector.close()


def numbers(pages: Sequence[Page]) -> list[int]:
    return [int(record["number"]) for page in pages for record in page.records]


def open_files() -> int:
    gc.collect()
    return psutil.Process().num_fds()


def settles_at(wanted: int) -> bool:
    """Whether as few files and sockets are open soon; a server needs a moment to see an end."""
    end, found = time.monotonic() + 30, open_files()
    while found > wanted and time.monotonic() < end:
        time.sleep(0.02)
        found = psutil.Process().num_fds()
    return found <= wanted


class Conformance:
    """The tests; 40 records in pages of 7."""

    RECORDS = sample_records(40)

    @pytest.fixture
    def filled(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Harness:
        monkeypatch.setenv(SECRET_VARIABLE, SECRET)
        harness.fill(self.RECORDS)
        return harness

    @pytest.fixture
    def connector(self, filled: Harness) -> Iterator[Connector]:
        connector = filled.connector()
        connector.open()
        yield connector
        connector.close()

    def test_fits_the_protocol_and_is_registered(self, filled: Harness) -> None:
        connector = filled.connector()
        assert isinstance(connector, Connector)
        assert CONNECTORS[connector.name] is type(connector)
        for options in (connector.Connection, connector.Request):
            schema = options.model_json_schema()
            assert schema["additionalProperties"] is False
            assert all(entry.get("description") for entry in schema["properties"].values())

    def test_pages_yield_every_record_once(self, connector: Connector) -> None:
        pages = list(connector.pages(Window()))
        assert sorted(numbers(pages)) == [record["number"] for record in self.RECORDS]
        assert [page.number for page in pages] == list(range(1, len(pages) + 1))
        assert len(pages) >= len(self.RECORDS) // PAGE_SIZE
        assert max(len(page.records) for page in pages) <= PAGE_SIZE

    def test_records_are_as_the_source_wrote_them(self, connector: Connector) -> None:
        found = {str(r["number"]): r for p in connector.pages(Window()) for r in p.records}
        for record in self.RECORDS:
            assert found[str(record["number"])]["name"] == record["name"]
            assert str(found[str(record["number"])]["changed_at"]) == record["changed_at"]

    def test_pages_carry_evidence(self, connector: Connector) -> None:
        pages = [page for page in connector.pages(Window()) if page.records]
        assert all(page.size > 0 and len(page.sha256) == 64 for page in pages)
        assert hashlib.sha256(b"").hexdigest() not in {page.sha256 for page in pages}
        assert len({page.sha256 for page in pages}) == len(pages)

    @pytest.mark.parametrize("first", [0, 2, 20, 38])
    def test_since_is_inclusive(self, connector: Connector, first: int) -> None:
        window = Window(since=self.RECORDS[first]["changed_at"])
        expected = [record["number"] for record in self.RECORDS[first:]]
        assert sorted(numbers(list(connector.pages(window)))) == expected

    @pytest.mark.parametrize("end", [0, 2, 20, 38])
    def test_until_is_exclusive(self, connector: Connector, end: int) -> None:
        window = Window(until=self.RECORDS[end]["changed_at"])
        expected = [record["number"] for record in self.RECORDS[:end]]
        assert sorted(numbers(list(connector.pages(window)))) == expected

    def test_windows_side_by_side_have_no_gap_and_no_overlap(self, connector: Connector) -> None:
        edge = self.RECORDS[16]["changed_at"]
        before = numbers(list(connector.pages(Window(until=edge))))
        after = numbers(list(connector.pages(Window(since=edge))))
        assert sorted(before + after) == [record["number"] for record in self.RECORDS]

    def test_an_empty_window_yields_no_records(self, connector: Connector) -> None:
        pages = list(connector.pages(Window(since="2027-01-01T00:00:00")))
        assert numbers(pages) == []

    def test_the_same_window_twice_gives_the_same(self, connector: Connector) -> None:
        window = Window(since=self.RECORDS[10]["changed_at"])
        assert list(connector.pages(window)) == list(connector.pages(window))

    def test_nothing_is_read_before_it_is_asked_for(self, connector: Connector) -> None:
        assert inspect.isgenerator(connector.pages(Window()))

    def test_memory_does_not_grow_with_pages(self, filled: Harness) -> None:
        if not filled.holds_pages_only:
            pytest.skip("the library that reads this format holds more than a page")
        peaks = []
        for count in (750, 3000):
            filled.fill(sample_records(count))
            connector = filled.connector(page_size=250)
            connector.open()
            sum(len(page.records) for page in connector.pages(Window()))  # first use of modules
            tracemalloc.start()
            assert sum(len(page.records) for page in connector.pages(Window())) == count
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            connector.close()
        assert peaks[1] < peaks[0] * 1.5, peaks

    def test_close_is_idempotent_and_releases_everything(self, filled: Harness) -> None:
        assert read(filled.connector())  # what opens once for all, such as time zones
        before = open_files()
        connector = filled.connector()
        connector.open()
        pages = connector.pages(Window())
        next(pages)
        assert open_files() > before
        connector.close()
        connector.close()
        assert settles_at(before)
        with pytest.raises(ConnectorError, match="closed"):
            next(pages)

    def test_open_after_close_works(self, filled: Harness) -> None:
        connector = filled.connector()
        first = read(connector)
        assert read(connector) == first

    def test_pages_of_a_closed_connector_say_so(self, filled: Harness) -> None:
        with pytest.raises(ConnectorError, match="closed"):
            list(filled.connector().pages(Window()))

    def test_health_says_ok_and_not_ok(self, filled: Harness) -> None:
        well = filled.connector().health()
        filled.break_down()
        ill = filled.connector().health()
        assert (well.ok, ill.ok) == (True, False)
        assert well.detail
        assert ill.detail
        assert 0 < well.took < 60

    def test_describe_names_fields_with_kinds(self, filled: Harness) -> None:
        description = filled.connector().describe()
        assert set(description.fields) == {"number", "changed_at", "name"}
        assert set(description.fields.values()) <= KINDS
        assert description.fields["changed_at"] == "time"
        assert description.fields["name"] == "text"
        assert 0 < description.sampled <= len(self.RECORDS)

    def test_errors_are_of_the_three_kinds_and_say_what_to_do(self, filled: Harness) -> None:
        filled.break_down()
        with pytest.raises(ConnectorError) as caught:
            read(filled.connector())
        assert type(caught.value).__mro__[0:2] != (ConnectorError,)
        assert isinstance(caught.value, RetryLater | WillNeverWork | WrongAnswer)
        assert all((caught.value.tried, caught.value.found, caught.value.next_step))

    def test_secrets_never_appear(self, filled: Harness) -> None:
        if not filled.uses_secret:
            pytest.skip("this connector has no secrets")
        connector: Any = filled.connector()
        connector.open()
        texts = [repr(connector), repr(connector.connection), repr(vars(connector))]
        connector.close()
        filled.break_down()
        with pytest.raises(ConnectorError) as caught:
            read(filled.connector())
        texts += [str(caught.value), repr(caught.value), filled.connector().health().detail]
        assert not [text for text in texts if SECRET in text]
