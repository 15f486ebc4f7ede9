"""The worker of composite services: `python -m deployments.composite_worker ENVIRONMENT`.

It lives long. Any number of them may run, on any number of hosts: each takes what nobody else has.
"""

import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from connectors.calls import Call
from deployments import lifeline
from flows.composite_services.engine.calls import Callers, HasCallers
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.carry import now
from flows.composite_services.engine.exchanges import Exchanges
from flows.composite_services.engine.keeping import follow, let_go
from flows.composite_services.engine.listening import listen
from flows.composite_services.engine.worker import Worker
from flows.composite_services.status import ACTOR
from flows.environment import choose, open_environment
from flows.ingest.away import AWAY
from flows.prepare import prepared
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker, install

SWITCH = 0.0005
"""Seconds after which a thread lets others go on: the one that commits waits for none of them."""
CIRCLES = (20_000, 20, 50)
"""How many things may be made before those of them are looked for that refer to one another."""
EVERY = 5.0
"""Seconds between two rounds of what is done beside carrying."""
MakeCallers = Callable[[Environment, Callable[[str, Call], None]], HasCallers]
log = logging.getLogger(__name__)


def work(named: str, stop: threading.Event) -> None:
    """Carry the environment's applications until `stop`; the calls that are out are awaited."""
    environment = open_environment(choose(named))
    install(Masker(environment.settings.identifiers))
    with prepared(environment, ACTOR, sync_register=False) as engine:
        tune()
        carry_on(engine, environment, stop)


def tune() -> None:
    """Set this process up to carry many applications: to be called once all is loaded.

    What is made for a step is freed when the step is written. Looking through it as often as
    Python does by itself cost a quarter of a step.
    """
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*CIRCLES)


def carry_on(
    engine: Engine,
    environment: Environment,
    stop: threading.Event,
    make_callers: MakeCallers = Callers,
) -> None:
    """The worker itself, with its listener and what is done beside carrying."""
    exchanges = Exchanges(now)
    callers = make_callers(environment, exchanges.add)
    carrier = Carrier(engine, environment, callers, now)
    with Worker(carrier) as worker:
        beside = [
            threading.Thread(target=listen, args=(engine, worker.wake, stop)),
            threading.Thread(target=_beside, args=(engine, environment, exchanges, stop)),
        ]
        for thread in beside:
            thread.start()
        try:
            worker.run(stop)
        finally:
            stop.set()
            for thread in beside:
                thread.join()
            callers.close()


def _beside(
    engine: Engine, environment: Environment, exchanges: Exchanges, stop: threading.Event
) -> None:
    jobs: list[tuple[str, Callable[[], int]]] = [
        ("releasing held steps", lambda: let_go(engine, environment, now())),
        ("following the steps", lambda: follow(engine, environment, now())),
        ("keeping the exchanges", partial(exchanges.keep, engine)),
    ]
    while not stop.wait(EVERY):
        for name, job in jobs:
            try:
                job()
            except (*AWAY, TerezeError) as error:
                log.warning("Not now, %s: %s", name, redact(str(error)).splitlines()[0])
    exchanges.keep(engine)


def main() -> None:
    """Until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(sys.argv[1], stop)


if __name__ == "__main__":
    lifeline.hold()
    main()
