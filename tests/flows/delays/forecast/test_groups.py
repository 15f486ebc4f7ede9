"""Counts of groups are kept, and looked up by what is asked for."""

import numpy as np

from flows.delays.forecast import groups
from flows.delays.forecast.cases import GROUPINGS
from flows.delays.forecast.features import COUNTS, DECIDED
from flows.delays.forecast.points import MARKS
from tests.flows.delays.forecast.past import Past


def test_some_are_looked_up_as_in_all(learned: Past) -> None:
    with learned.engine.connect() as connection:
        nothing = np.zeros((1, len(GROUPINGS)), dtype=np.int64)
        whole = groups.stored(connection, nothing, few=-1)
        regions = whole.key[whole.grouping == GROUPINGS.index("service_region")]
        keys = np.zeros((3, len(GROUPINGS)), dtype=np.int64)
        keys[:2, GROUPINGS.index("service_region")] = np.unique(regions)[:2]
        keys[2] = 12345  # a group that nobody knows, but for all cases
        keys[:, 0] = 0
        some = groups.stored(connection, keys)
    assert len(some.key) < len(whole.key)
    for mark in range(len(MARKS)):
        marks = np.full(3, mark)
        found = some.at(marks, keys)
        assert np.array_equal(found, whole.at(marks, keys))
        assert found.shape == (3, len(GROUPINGS), len(COUNTS))
        assert found[2, 1:].sum() == 0
        assert (found[:, 0, DECIDED] == found[0, 0, DECIDED]).all()
        of_regions = found[:2, GROUPINGS.index("service_region"), DECIDED]
        assert of_regions.sum() == found[0, 0, DECIDED] > 0
