"""A child of the supervisor ends with it, even where the supervisor was killed with -9."""

import os
import signal
import threading
import time

PARENT = "TEREZE_PARENT"
LOOK = 0.5  # seconds


def hold() -> None:
    """Watch the parent that the environment names; when it has gone, end this process (SIGTERM).

    Polling and not PR_SET_PDEATHSIG: that one fires when the parent's starting *thread* ends.
    """
    named = os.environ.get(PARENT)
    if named is not None and int(named) == os.getppid():
        threading.Thread(target=_watch, args=(int(named),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
