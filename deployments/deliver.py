"""Tell people as soon as something changes: `python -m deployments.deliver ENVIRONMENT`."""

import logging
import signal
import sys
import threading
import time
from pathlib import Path

from deployments import lifeline
from flows.alerts.house import House
from flows.alerts.watching import watch
from flows.environment import choose, open_environment
from flows.prepare import prepared
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker, install

ACTOR = "flow:alerts"
READ_EVERY = 60.0
"""Seconds after which the environment's files are read anew: a rota may have changed."""
log = logging.getLogger(__name__)


class Reader:
    """The newest good state of an environment's folder, as far as notices need it."""

    def __init__(self, folder: Path, every: float = READ_EVERY) -> None:
        self.folder, self.every = folder, every
        self.environment = open_environment(folder)
        self.house = House.of(self.environment)
        self.read_at = time.monotonic()

    def __call__(self) -> House:
        """The files as they are, or where they are wrong now, as they were."""
        if time.monotonic() - self.read_at >= self.every:
            self.read_at = time.monotonic()
            try:
                self.house = House.of(open_environment(self.folder))
            except TerezeError as error:
                log.error("The environment stays as it was: %s", redact(str(error)))
        return self.house


def deliver(named: str, stop: threading.Event) -> None:
    """Run rounds of notices for the environment until `stop`."""
    reader = Reader(choose(named))
    install(Masker(reader.environment.settings.identifiers))
    with prepared(reader.environment, ACTOR, sync_register=False) as engine:
        watch(engine, reader, lambda: not stop.is_set())


def main() -> None:
    """Until SIGTERM; what is being sent then is sent to its end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    deliver(sys.argv[1], stop)


if __name__ == "__main__":
    lifeline.hold()
    main()
