"""From when on a failure could be seen by anybody: a service that nobody asks shows nothing."""

import numpy as np

from sandbox.fleet.board import Order
from sandbox.fleet.exchanges import Exchanges
from sandbox.fleet.lists import Applicants

SOME = 5.0
"""So many requests or changes were to be expected: less than that is no news (by Poisson, none at
all comes with a probability below 1 %)."""

_AT_ONCE = {"list_fails"}


def visible_at(order: Order, service: Exchanges | None, listed: Applicants | None) -> float:
    """When the failure could be seen first, in local seconds; it may be over before that.

    Of an address or a document: at once. Of a service: after `SOME` requests were to be expected
    since it began. Of a list: after `SOME` applications were received or completed since.
    """
    if service is not None:
        return service.rhythm.after(order.begins, SOME)
    if listed is not None and order.kind not in _AT_ONCE:
        return _after_changes(listed, order.begins)
    return order.begins


def _after_changes(listed: Applicants, at: float) -> float:
    columns = listed.world.columns(at + 14 * 86_400)
    changes = np.concatenate([columns.received, columns.completed])
    later = np.sort(changes[changes >= at])
    return float(later[int(SOME) - 1])
