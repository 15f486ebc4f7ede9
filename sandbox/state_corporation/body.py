"""Run the State Corporation's stand-in as a process."""

from sandbox.body import Settings
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.serving import serve
from sandbox.state_corporation.app import StateCorporation


def run(settings: Settings, key: str) -> int:
    """Serve until told to stop; readers must send `key`."""
    world, clock = settings.world(STATE_CORPORATION), settings.clock()
    truth = settings.truth_of(world, "SC")
    body = StateCorporation(world, clock, truth, key)

    def tick() -> None:
        truth.catch_up(clock.now())

    try:
        serve(STATE_CORPORATION.name, body.app(), settings.host, settings.port, tick)
    finally:
        truth.close()
    return 0
