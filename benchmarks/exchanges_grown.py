"""Operational records grown from the real ones: new ids and times, some services and clients."""

import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson

REAL = Path(__file__).resolve().parents[2] / "shared/data/xroad/operational_records.json.gz"
PAGE = 10_000
SERVICES = 40
CLIENTS = 10
_FIELDS = ("requestInTs", "requestOutTs", "responseInTs", "responseOutTs")


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The real records, client and producer side by side, all of them."""
    records = orjson.loads(gzip.decompress(REAL.read_bytes()))["records"]
    sides: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        sides.setdefault(record["xRequestId"], {})[record["securityServerType"]] = record
    return [(both["Client"], both["Producer"]) for both in sides.values()]


class Grower:
    """Makes pages of records, which differ by their seed alone."""

    def __init__(self, seed: int = 1) -> None:
        self._templates = [_template(*pair) for pair in pairs()]
        self._random = np.random.default_rng(seed)

    def page(
        self, first: datetime, last: datetime, size: int = PAGE, failing: int | None = None
    ) -> bytes:
        """`size` records, evenly over the time, as `{"records": […]}`; half from each side.

        All exchanges with the service `failing` fail.
        """
        count = size // 2
        begin, end = first.timestamp() * 1000, last.timestamp() * 1000
        starts = np.sort(self._random.uniform(begin, end, count)).astype(np.int64).tolist()
        picks = self._random.integers(0, len(self._templates), count).tolist()
        services = self._random.integers(0, SERVICES, count).tolist()
        clients = self._random.integers(0, CLIENTS, count).tolist()
        ids = self._random.bytes(32 * count)
        lines = []
        for place, start in enumerate(starts):
            template = self._templates[picks[place]]
            raw = ids[32 * place : 32 * place + 32]
            message, request = str(UUID(bytes=raw[:16])), str(UUID(bytes=raw[16:]))
            failed = services[place] == failing
            lines.append(template(start, message, request, services[place], clients[place], failed))
        return b'{"records":[' + ",".join(lines).encode() + b"]}"


def _template(client: dict[str, Any], producer: dict[str, Any]) -> Any:
    began = client["requestInTs"]
    heads = [_head(side) for side in (client, producer)]
    offsets = [[side[name] - began for name in _FIELDS] for side in (client, producer)]

    def write(
        start: int, message: str, request: str, service: int, asker: int, failed: bool
    ) -> str:
        end = (
            f',"messageId":"{message}","xRequestId":"{request}","serviceCode":"service{service}"'
            f',"clientSubsystemCode":"CLIENT{asker}"'
        )
        end += (
            ',"succeeded":false,"faultCode":"Server.ServerProxy.NetworkError"}'
            if failed
            else (',"succeeded":true}')
        )
        return ",".join(
            f'{head},"monitoringDataTs":{(start + spans[3]) // 1000}'
            f',"requestInTs":{start + spans[0]},"requestOutTs":{start + spans[1]}'
            f',"responseInTs":{start + spans[2]},"responseOutTs":{start + spans[3]}{end}'
            for head, spans in zip(heads, offsets, strict=True)
        )

    return write


def _head(record: dict[str, Any]) -> str:
    """What stays as it was, as the beginning of an object."""
    changed = {
        *_FIELDS,
        "monitoringDataTs",
        "messageId",
        "xRequestId",
        "serviceCode",
        "clientSubsystemCode",
        "succeeded",
    }
    kept = {name: value for name, value in record.items() if name not in changed}
    return orjson.dumps(kept).decode()[:-1]


def write(folder: Path, size: int, first: datetime, last: datetime, seed: int = 1) -> Iterator[int]:
    """Write `size` records over the time as gzipped files of a page; answers the bytes of each."""
    grower = Grower(seed)
    pages = max(1, size // PAGE)
    for page in range(pages):
        begin = first + (last - first) * page / pages
        end = first + (last - first) * (page + 1) / pages
        raw = grower.page(begin, end, min(PAGE, size))
        packed(folder / f"page_{begin:%Y%m%d%H%M%S}_{page:05}.json.gz", raw)
        yield len(raw)


def packed(path: Path, raw: bytes) -> None:
    """Write a page as a security server packs it."""
    path.write_bytes(gzip.compress(raw, compresslevel=1))
