"""From when on a failure could be seen by anybody: a service that nobody asks shows nothing."""

import numpy as np

from sandbox.fleet.board import Order
from sandbox.fleet.exchanges import Exchanges
from sandbox.fleet.lists import Applicants
from sandbox.history.local_time import DAY

SOME = 5.0
"""So many requests or rows were to be expected that fail so: less than that is no news (by
Poisson, that none at all comes of so many has a probability below 1 %)."""

_AT_ONCE = {"list_fails"}


def visible_at(order: Order, service: Exchanges | None, listed: Applicants | None) -> float:
    """When the failure could be seen first, in local seconds; it may be over before that.

    Of an address or a document: at once. Of a service: when `SOME` of the requests that were to
    be expected since it began failed so. Of a list: when `SOME` of the applications that were
    received or completed since did; where results stand still, of those completed.
    """
    if service is not None:
        return service.rhythm.after(order.begins, SOME / order.hits)
    if listed is not None and order.kind not in _AT_ONCE:
        return _after_changes(listed, order)
    return order.begins


def _after_changes(listed: Applicants, order: Order) -> float:
    columns = listed.world.columns(order.begins + 14 * DAY)
    moved = (columns.received, columns.completed)
    changes = np.concatenate(moved[1:] if order.kind == "frozen_results" else moved)
    later = np.sort(changes[changes >= order.begins])
    return float(later[int(SOME / order.hits) - 1])
