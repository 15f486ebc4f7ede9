"""What the operational monitoring of a security server tells of the fleet's services.

Each request makes two records, one of the client's side and one of the producer's, joined by
`messageId`, with the fields and the unit (ms of Unix time) of X-Road's own.
"""

import uuid
from collections import OrderedDict
from typing import Any

import numpy as np

from sandbox.fleet.board import Board, Order
from sandbox.fleet.rhythm import Rhythm
from sandbox.history.arrivals import HOUR
from sandbox.history.local_time import OFFSET_SECONDS

Record = dict[str, Any]

INSTANCE, CLASS, CODE = "KZ", "GOV", "listApplications"
CLIENT = "TEREZE"
FAULT, HIDDEN = "Server.ServerProxy.ServiceFailed.HttpError", "SCSE002"
_REMEMBERED = 4  # hours of records that are kept for the next question
_UNUSUAL = {"no_volume": 0.0, "much_volume": 5.0}
_SLOWER, _SKEW = 25.0, 90.0


class Exchanges:
    """The records of one service, made hour by hour, the same whenever they are asked for."""

    def __init__(self, body: str, board: Board, rhythm: Rhythm, seed: tuple[int, ...]) -> None:
        self.body = body
        self.rhythm = rhythm
        self._board = board
        self._seed = seed
        self._hours: OrderedDict[int, list[Record]] = OrderedDict()

    @property
    def service(self) -> str:
        """The service's X-Road identifier, its parts joined by slashes."""
        return "/".join((INSTANCE, CLASS, self.body, CODE))

    def records(self, since: int, until: int) -> list[Record]:
        """Those monitored from `since` (inclusive) until `until` (exclusive), Unix seconds."""
        first = (since + OFFSET_SECONDS) // HOUR - 1  # a slow answer comes in a later hour
        last = (until + OFFSET_SECONDS) // HOUR
        return [
            record
            for hour in range(first, last + 1)
            for record in self._of(hour)
            if since <= record["monitoringDataTs"] < until
        ]

    def forget(self) -> None:
        """Make the records anew: the orders have changed."""
        self._hours.clear()

    def _of(self, hour: int) -> list[Record]:
        if hour not in self._hours:
            self._hours[hour] = self._made(hour)
            while len(self._hours) > _REMEMBERED:
                self._hours.popitem(last=False)
        return self._hours[hour]

    def _made(self, hour: int) -> list[Record]:
        rng = np.random.default_rng((*self._seed, hour, 2))
        made: list[Record] = []
        for moment in self._moments(hour):
            orders = self._board.at(self.body, moment / 1000)
            made += self._pair(rng, moment - OFFSET_SECONDS * 1000, orders, made)
        return made

    def _moments(self, hour: int) -> list[int]:
        usual: list[int] = self.rhythm.moments(hour).tolist()
        for kind, factor in _UNUSUAL.items():
            orders = [o for o in self._board.all() if o.body == self.body and o.kind == kind]
            for order in orders:
                others = self.rhythm.moments(hour, factor).tolist() if factor else []
                usual = [at for at in usual if not order.holds(at / 1000)]
                usual = sorted([*usual, *(at for at in others if order.holds(at / 1000))])
        return usual

    def _pair(
        self,
        rng: np.random.Generator,
        at: int,
        orders: dict[str, Order],
        before: list[Record],
    ) -> list[Record]:
        hit = {kind for kind, order in orders.items() if rng.random() < order.hits}
        message = str(uuid.UUID(bytes=rng.bytes(16), version=4))
        if "duplicate_ids" in hit and before:
            message = before[-1]["messageId"]
        skew = orders["clock_skew"].seconds or _SKEW if "clock_skew" in hit else 0.0
        took = _durations(rng, slower="slow_exchanges" in hit)
        client, producer = _times(at, took, int(skew * 1000))
        outcome = _outcome(hit)
        stored = client[-1] // 1000 + 1  # by the clock of the monitoring, which is in step
        shared = {"monitoringDataTs": stored, "messageId": message, **self._who(), **outcome}
        return [_record("Client", client, shared), _record("Producer", producer, shared)]

    def _who(self) -> Record:
        return {
            "clientXRoadInstance": INSTANCE,
            "clientMemberClass": CLASS,
            "clientMemberCode": CLIENT,
            "clientSubsystemCode": CLIENT,
            "serviceXRoadInstance": INSTANCE,
            "serviceMemberClass": CLASS,
            "serviceMemberCode": self.body,
            "serviceSubsystemCode": self.body,
            "serviceCode": CODE,
            "messageProtocolVersion": "4.0",
            "requestSoapSize": 1_400,
            "responseSoapSize": 4_200,
        }


def _durations(rng: np.random.Generator, *, slower: bool) -> tuple[int, int, int, int]:
    """Milliseconds: in the client's server, on the way there, in the service, on the way back."""
    own, there, back = (int(x) for x in rng.gamma(4.0, (3.0, 4.0, 4.0)))
    service = rng.lognormal(np.log(180.0), 0.5) * (_SLOWER if slower else 1.0)
    return own + 1, there + 2, int(service) + 1, back + 2


def _times(
    at: int, took: tuple[int, int, int, int], skew: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """requestIn, requestOut, responseIn and responseOut of both sides, in ms."""
    own, there, service, back = took
    arrived = at + own + there
    answered = arrived + service
    client = (at, at + own, answered + back, answered + back + own)
    producer = (arrived - skew, arrived - skew + 1, answered - skew - 1, answered - skew)
    return client, producer


def _outcome(hit: set[str]) -> Record:
    if hit & {"failing_share", "failing_all"}:
        return {"succeeded": False, "faultCode": FAULT, "faultString": "the service failed"}
    if "hidden_fault" in hit:
        fault = {"faultCode": HIDDEN, "faultString": "the register does not answer"}
        return {"succeeded": True, "statusCode": 200, **fault}
    return {"succeeded": True, "statusCode": 200}


def _record(side: str, times: tuple[int, ...], shared: Record) -> Record:
    names = ("requestInTs", "requestOutTs", "responseInTs", "responseOutTs")
    return {
        "securityServerType": side,
        **dict(zip(names, times, strict=True)),
        **shared,
    }
