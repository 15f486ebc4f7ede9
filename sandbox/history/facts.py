"""The truth about each application, its fate included, as rows for whoever checks findings."""

from collections.abc import Callable, Iterator

import numpy as np

from sandbox.history.columns import NEVER, Columns
from sandbox.history.local_time import texts
from sandbox.history.terms import NO_SUB_TYPE
from sandbox.history.world import World
from sandbox.register.channels import CHANNELS
from sandbox.register.regions import REGIONS
from sandbox.register.services import services

_STEP = 5_000
_TIMES = {
    "received_at": "received",
    "registered_at": "registered",
    "stopped_at": "stopped",
    "restarted_at": "restarted",
    "due_at": "due",
    "completes_at": "completed",
}

Row = dict[str, object]


def facts(world: World, first: int, last: int, label: Callable[[int], object]) -> Iterator[Row]:
    """Applications `first` up to `last` (exclusive), a row each; `label` gives the body's number.

    Times are local without offset; `completes_at` may lie in the future or be null for ever;
    `late` says whether it is or will be completed after `due_at`, or never. `due_at` is by the
    five-day week of the body, with working days from 09:00 to 18:00.
    """
    columns = world.columns(world.start)
    for begin in range(first, last, _STEP):
        end = min(begin + _STEP, last)
        part = Columns._make(column[begin:end] for column in columns)
        yield from _rows(part, begin, label)


def _rows(part: Columns, begin: int, label: Callable[[int], object]) -> Iterator[Row]:
    known, channels = services(), [channel.code for channel in CHANNELS]
    moments = {name: _texts(getattr(part, column)) for name, column in _TIMES.items()}
    late = (part.completed > part.due).tolist()
    for place in range(len(late)):
        service, sub_type = known[part.service[place]], int(part.sub_type[place])
        row: Row = {
            "type": "application",
            "number": label(begin + place),
            "service": service.code,
            "sub_type": None if sub_type == NO_SUB_TYPE else service.sub_types[sub_type],
            "channel": channels[part.channel[place]],
            "region": REGIONS[part.region[place]].kato,
            "identifier": f"{part.identifier[place]:012d}",
        }
        row |= {name: values[place] for name, values in moments.items()}
        row["late"] = late[place]
        row["refused"] = bool(part.refused[place])
        yield row


def _texts(seconds: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str | None]:
    """Local texts; None for what never happens."""
    known = texts(np.where(seconds == NEVER, 0, seconds))
    return [
        None if never else text
        for text, never in zip(known, (seconds == NEVER).tolist(), strict=True)
    ]
