"""The records kept aside: any of them can be read back, as they came."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.spool import Spool

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
RECORDS = st.dictionaries(st.text(max_size=5), JSON, max_size=4)
PAGES = st.lists(st.lists(RECORDS, min_size=1, max_size=5), max_size=5)


@given(PAGES, st.data())
def test_what_was_added_is_read_back(
    pages: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    everything = [record for page in pages for record in page]
    with Spool() as spool:
        for page in pages:
            spool.add(page)
        wanted = data.draw(st.lists(st.sampled_from(range(len(everything) or 1)), unique=True))
        wanted = sorted(wanted) if everything else []
        assert list(spool.read(wanted)) == [(number, everything[number]) for number in wanted]
        assert list(spool.read(range(len(everything)))) == list(enumerate(everything))


def test_pages_can_be_added_after_reading() -> None:
    with Spool() as spool:
        spool.add([{"a": 1}])
        assert list(spool.read([0])) == [(0, {"a": 1})]
        spool.add([{"a": 2}, {"a": 3}])
        assert [record["a"] for _, record in spool.read([0, 2])] == [1, 3]
