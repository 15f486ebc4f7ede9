"""`tereze up`, from the first line to the last."""

from pathlib import Path

from console.failures import DONE
from console.printing import out
from console.session import Session, actor
from console.up.database import open_server
from console.up.leftovers import end_leftovers
from console.up.people import tell_console
from console.up.prefect_server import quiet_this_process
from console.up.start import (
    start_composites,
    start_prefect,
    start_serving,
    start_web,
    ui,
    wait_for_prefect,
)
from console.up.state import only_one
from console.up.supervisor import Stopped, Supervisor


def run_up(session: Session) -> int:
    """Start everything and stay until SIGINT or SIGTERM.

    Raises:
        ConfigurationError: the environment is wrong; nothing has been started.
        CouldNotRun: another `tereze up` runs in this home folder, or something did not start.
    """
    from deployments.jobs import reference
    from flows.environment import choose, open_environment
    from flows.prepare import prepared
    from models.database.embedded import home

    folder = home()
    environment = open_environment(choose(session.environment_name))
    quiet_this_process()
    with only_one(folder):
        tell_leftovers(folder)
        try:
            with Supervisor(folder, environment.name) as supervisor:
                server = open_server(environment.name)
                supervisor.watched.append(server.watch)
                clients = start_prefect(supervisor, server)
                with prepared(environment, actor()):
                    out.print(f"The database is ready ({environment.settings.title}).")
                wait_for_prefect(supervisor)
                named = reference(environment.folder)
                web = start_web(supervisor, server, named)
                start_serving(supervisor, server, named, clients)
                if environment.composites:
                    start_composites(supervisor, server, named, clients)
                tell_console(environment, web)
                api = supervisor.prefect_api or ""
                out.print(f"Tereze runs: {ui(api)} shows its jobs; Ctrl-C stops it.")
                supervisor.stay()
        except Stopped:
            out.print("Stopped.")
    return DONE


def tell_leftovers(folder: Path) -> None:
    """End what a killed Tereze left here, and say so."""
    ended = end_leftovers(folder)
    if ended:
        out.print(f"An earlier Tereze was killed; ended what it left: {', '.join(ended)}.")
