"""Try a system right now: its probes and the connectors of its sources, side by side."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, Queue

from flows.environment import connector_for
from flows.failures.diagnosis.asked import Asked
from flows.failures.probing.aims import aims_of
from flows.failures.probing.now import look_at
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.environment.sources import Source
from models.errors import TerezeError
from models.masking import Masker

SOURCE_WITHIN = 15.0
"""Seconds that a connector has to say how its system is."""
BEYOND = 5.0
"""Seconds that probes have beyond the longest of their own time-outs."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Try:
    """What came of one try: `took` in seconds, `sentence` in words."""

    what: str
    ok: bool
    took: float
    sentence: str


@dataclass(frozen=True)
class _Deed:
    """Something to try, what it is called, and how long it may take."""

    names: tuple[str, ...]
    do: Callable[[], list[Try]]
    within: float


class Tries:
    """The tries of one system, begun when this is made; `done` waits for them.

    Each has its time (a source `within` seconds): one that hangs is told as such and left
    behind, it delays no other.
    """

    def __init__(
        self, environment: Environment, about: Asked, within: float = SOURCE_WITHIN
    ) -> None:
        self._masker = Masker(environment.settings.identifiers)
        self._deeds = _deeds(environment, about, within)
        self._came: Queue[tuple[int, list[Try]]] = Queue()
        self._began = time.monotonic()
        for place, deed in enumerate(self._deeds):
            # A daemon: a connector that hangs for ever must not keep the command from ending.
            threading.Thread(target=self._one, args=(place, deed), daemon=True).start()

    def done(self) -> list[Try]:
        """What came of all of them, in the order of their names' declaration."""
        came: dict[int, list[Try]] = {}
        while len(came) < len(self._deeds):
            waited = [d.within for place, d in enumerate(self._deeds) if place not in came]
            left = self._began + max(waited) - time.monotonic()
            try:
                place, tries = self._came.get(timeout=max(left, 0.0))
            except Empty:
                break
            came[place] = tries
        return [
            self._clean(each)
            for place, deed in enumerate(self._deeds)
            for each in came.get(place) or _hung(deed)
        ]

    def _one(self, place: int, deed: _Deed) -> None:
        started = time.monotonic()
        try:
            tries = deed.do()
        except Exception as error:  # whatever it is, it is what this try met, and told as that
            took = time.monotonic() - started
            tries = [Try(name, False, took, _words(error)) for name in deed.names]
        self._came.put((place, tries))

    def _clean(self, each: Try) -> Try:
        sentence = self._masker.mask(redact(each.sentence))
        return Try(each.what, each.ok, round(each.took, 3), sentence)


def _deeds(environment: Environment, about: Asked, within: float) -> Sequence[_Deed]:
    deeds = []
    aims = aims_of(environment, about.system)
    if aims:
        longest = max(aim.module.timeout.total_seconds() for aim in aims)
        names = tuple(f"probe:{aim.probe}" for aim in aims)
        deeds.append(_Deed(names, lambda: _probes(environment, about.system), longest + BEYOND))
    for source in about.sources:
        deeds.append(_source(environment, source, within))
    return deeds


def _probes(environment: Environment, system: str) -> list[Try]:
    return [
        Try(f"probe:{look.probe}", look.outcome == "good", look.took, look.sentence or "good")
        for look in look_at(environment, system)
    ]


def _source(environment: Environment, source: Source, within: float) -> _Deed:
    name = f"source:{source.source}"

    def ask() -> list[Try]:
        health = connector_for(environment, source).health()
        return [Try(name, health.ok, health.took, health.detail)]

    return _Deed((name,), ask, within)


def _hung(deed: _Deed) -> list[Try]:
    words = f"no answer within {deed.within:g} s"
    return [Try(name, False, deed.within, words) for name in deed.names]


def _words(error: Exception) -> str:
    if isinstance(error, TerezeError):
        return str(error)
    _log.exception("A try met what nobody foresaw", exc_info=error)
    return f"a fault in Tereze ({type(error).__name__}); the log has more"
