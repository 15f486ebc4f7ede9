"""Run the fleet as a process."""

from sandbox.body import Settings
from sandbox.fleet.app import App
from sandbox.fleet.fleet import Fleet
from sandbox.serving import serve

NAME = "fleet"


def run(settings: Settings) -> int:
    """Serve until told to stop; the clock stands still between two settings of it."""
    fleet = Fleet(settings, settings.clock())
    fleet.follow()
    serve(NAME, App(fleet).app(), settings.host, settings.port, lambda: None)
    return 0
