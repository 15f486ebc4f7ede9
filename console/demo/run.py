"""`tereze demo`, from the first line to the last."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from console.demo import delays, failing, forecast, hidden, on_call, together
from console.demo.people import make_people, tell_people
from console.demo.report import findings, one_application, show, where_to_look
from console.demo.round import ACTOR, Round, run_round
from console.demo.sandbox import start_sandbox, wait_for_sandbox
from console.failures import DONE
from console.printing import as_json, aside, out
from console.session import Session, actor
from console.up.database import Server, open_server
from console.up.people import tell_console
from console.up.prefect_server import quiet_this_process
from console.up.run import tell_leftovers
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
from deployments.jobs import reference
from flows.environment import choose, open_environment
from flows.prepare import prepared
from models.database.embedded import home
from models.environment.loader import Environment

ENVIRONMENT = "demo"
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
PICTURE_WIDTH = 118  # columns: the longest line of a round


def run_demo(
    session: Session, *, once: bool, picture: Path | None = None, pictures: Path | None = None
) -> int:
    """Start everything with the sandbox, run each job once, tell, and stay unless `once`.

    `picture` keeps what is printed; `pictures` is a folder in docs for pictures of the console.

    Raises:
        ConfigurationError: the environment is wrong.
        CouldNotRun: another Tereze runs in this home folder, or something did not start.
    """
    quiet_this_process()
    if picture is not None:
        out.record, out.width = True, PICTURE_WIDTH
    folder = home()
    with only_one(folder):
        tell_leftovers(folder)
        try:
            with Supervisor(folder, session.environment_name or ENVIRONMENT) as supervisor:
                _run(supervisor, session, once, picture, pictures)
        except Stopped:
            out.print("Stopped.")
    return DONE


def _run(
    supervisor: Supervisor,
    session: Session,
    once: bool,
    picture: Path | None,
    pictures: Path | None,
) -> None:
    named = session.environment_name or ENVIRONMENT
    server = open_server("public")
    supervisor.watched.append(server.watch)
    sandbox = start_sandbox(supervisor, server)
    clients = start_prefect(supervisor, server)
    supervisor.variables = sandbox.variables
    os.environ.update(sandbox.variables)
    with aside(session.json):
        out.print("Tereze shows itself: three stand-in bodies, one database, every job once.")
        if sandbox.first:
            out.print("One of the bodies makes mistakes on purpose, as real systems do.")
    environment = open_environment(choose(named))
    wait_for_sandbox(sandbox)
    supervisor.write()
    with prepared(environment, actor()) as engine, aside(session.json):
        sandbox.make_mistakes()
        made = run_round(engine, environment)
        sandbox.make_none()
        found = findings(engine, made, sandbox)
        if not session.json:
            show(found)
            out.print(f"\n[bold]{failing.TITLE}[/]")
        shown = []
        for each in failing.fail_and_recover(engine, environment, sandbox):
            shown.append(each.as_json())
            failing.show(each)
        coming = forecast.show(engine, environment, ACTOR)
        _tell(session, forecast.TITLE, partial(forecast.tell, coming))
        breach = delays.show(engine, environment, ACTOR)
        _tell(session, delays.TITLE, partial(delays.tell, breach))
        night = on_call.show(engine, environment)
        _tell(session, on_call.TITLE, partial(on_call.tell, night))
        one = together.show(engine, environment, sandbox, ACTOR)
        _tell(session, together.TITLE, partial(together.tell, one))
        password = make_people(engine, ACTOR)
        services = hidden.show(engine, environment, ACTOR, supervisor.home / "hidden-services.html")
        language = environment.settings.languages[0]
        _tell(session, hidden.TITLE, partial(hidden.tell, services, language))
    _record(supervisor, made)
    if session.json:
        told = {
            "failures": shown,
            "forecast": coming.as_json(),
            "delays": breach.as_json(),
            "on_call": night.as_json(),
            "composite_services": one.as_json(),
        }
        as_json({**found, **told, "hidden_services": services.as_json()})
    else:
        address = ui(supervisor.prefect_api or "")
        where_to_look(address, supervisor.home, once)
    if picture is not None:
        drawn = out.export_svg(title="tereze demo")
        picture.write_text(_WEB_FONT.sub("", drawn), encoding="utf-8")  # it loads nothing
    if pictures is not None:
        _show_console(supervisor, server, environment, pictures)
    if not once:
        named = reference(environment.folder)
        web = start_web(supervisor, server, named)
        start_serving(supervisor, server, named, clients)
        if environment.composites:
            start_composites(supervisor, server, named, clients)
        one_application(together.example(supervisor.home, datetime.now(UTC)))
        tell_console(environment, web)
        tell_people(password)
        out.print("\nThe jobs now run by their schedules; Ctrl-C stops everything.")
        supervisor.stay()


def _show_console(
    supervisor: Supervisor, server: Server, environment: Environment, folder: Path
) -> None:
    """Take a picture of every page, and write the page of docs that shows them."""
    from console.pictures.take import take_pictures

    web = start_web(supervisor, server, reference(environment.folder))
    with prepared(environment, actor(), sync_register=False) as engine:
        take_pictures(engine, web, folder, folder.parents[1] / "console-pictures.md")


def _tell(session: Session, title: str, tell: Callable[[], None]) -> None:
    """Print one act, unless JSON is wanted."""
    if not session.json:
        out.print(f"\n[bold]{title}[/]\n")
        tell()


def _record(supervisor: Supervisor, made: Round) -> None:
    wait_for_prefect(supervisor)
    assert supervisor.prefect_api is not None, "start_prefect has been called"
    for run in made.later:
        run.write(supervisor.prefect_api)
