"""The daily file: what changed on a day, in the body's own words, and how it is dropped."""

import csv
import io
from pathlib import Path

import numpy as np

from sandbox.faults.rows import Row
from sandbox.history.columns import Columns
from sandbox.history.local_time import DAY, naive
from sandbox.history.world import World
from sandbox.register.regions import REGIONS
from sandbox.register.services import services

ENCODING = "windows-1251"
DELIMITER = ";"
HEADER = (
    "номер",
    "услуга",
    "дата_приема",
    "дата_исполнения",
    "область",
    "БИН",
    "состояние",
    "изменено",
)
_FORMAT = "%d.%m.%Y %H:%M"


def file_name(day: int) -> str:
    """`subsidies_YYYYMMDD.csv` of the day that begins at this local second."""
    return f"subsidies_{naive(day):%Y%m%d}.csv"


def moment(second: int) -> str:
    """A local time as the body writes it, to the minute."""
    return naive(second).strftime(_FORMAT)


def rows_of_day(world: World, day: int) -> list[Row]:
    """Applications received or completed on the day, as they were at its end, by change."""
    end = day + DAY
    columns, count = world.columns(end), world.visible(end - 1)
    received, completed = columns.received[:count], columns.completed[:count]
    done = completed < end
    changed = np.where(done, completed, received)
    index = np.flatnonzero(changed >= day)
    index = index[np.argsort(changed[index], kind="stable")]
    part = Columns._make(column[index] for column in columns)
    return [
        _row(part, place, world.number(number), end) for place, number in enumerate(index.tolist())
    ]


def as_bytes(rows: list[Row], encoding: str = ENCODING) -> bytes:
    """The file's content; its header is that of the rows."""
    text = io.StringIO()
    names = list(rows[0]) if rows else list(HEADER)
    writer = csv.DictWriter(text, names, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def drop(folder: Path, name: str, content: bytes) -> None:
    """Put the file there at once: written under another name, then renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f".{name}.part"
    waiting.write_bytes(content)
    waiting.replace(folder / name)


def _row(part: Columns, place: int, number: int, end: int) -> Row:
    received, completed = int(part.received[place]), int(part.completed[place])
    done = completed < end
    state = ("отказано" if part.refused[place] else "исполнено") if done else "в работе"
    values = (
        str(number),
        services()[part.service[place]].code,
        moment(received),
        moment(completed) if done else "",
        REGIONS[part.region[place]].name_ru,
        f"{part.identifier[place]:012d}",
        state,
        moment(completed if done else received),
    )
    return dict(zip(HEADER, values, strict=True))
