"""The `tereze` command: global options, groups of commands, exit codes."""

import sys
import warnings
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from console import failures as exits
from console.commands import (
    alerts,
    application,
    apply,
    assistance,
    audit,
    check,
    clocks,
    contracts,
    database,
    delays,
    deploy,
    diagnose,
    environment,
    failures,
    forecast,
    hidden_services,
    hidden_services_reports,
    hidden_services_review,
    letters,
    life_events,
    pull,
    quarantine,
    register,
    replay,
    reviews,
    sandbox,
    up,
    users,
    version,
)
from console.session import Session

app = typer.Typer(
    name="tereze",
    help="Tereze: data from government bodies, lawful due dates, true alerts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    up.up,
    up.demo,
    deploy.deploy,
    pull.pull,
    apply.apply,
    diagnose.diagnose,
    version.version,
)
GROUPS = (
    check.app,
    quarantine.app,
    delays.app,
    forecast.app,
    reviews.app,
    failures.app,
    contracts.app,
    hidden_services.app,
    alerts.app,
    register.app,
    environment.app,
    application.app,
    assistance.app,
    life_events.app,
    audit.app,
    users.app,
    database.app,
    sandbox.app,
)
for command in COMMANDS:
    app.command()(command)
check.app.command("hidden-services")(hidden_services_reports.check)
for verb, command in {**hidden_services_review.VERBS, **hidden_services_reports.VERBS}.items():
    hidden_services.app.command(verb)(command)
failures.app.command()(letters.letter)
delays.app.command("forecast")(forecast.list_)
for verb, command in clocks.VERBS.items():
    delays.app.command(verb)(command)
failures.app.command()(replay.replay)
for group in GROUPS:
    app.add_typer(group)

_WITH_VALUE = ("-e", "--environment")
_FLAGS = ("--json",)


@app.callback()
def options(
    context: typer.Context,
    environment: Annotated[
        str | None,
        typer.Option(
            "--environment",
            "-e",
            help="A folder, or the name of one in deployments/environments;"
            " default: TEREZE_ENVIRONMENT, else demo",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for programs")] = False,
) -> None:
    """Options of every command; they may stand anywhere in the line."""
    context.obj = Session(environment, json)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code.

    0 done, 1 found something that needs a person, 2 wrong use, 3 could not run.
    """
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and answer its exit code."""
    # The embedded server's wheel looks for a folder for its lock; another one does as well.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    try:
        code = app(hoisted(arguments), prog_name="tereze", standalone_mode=False)
        return code if isinstance(code, int) else exits.DONE
    except TyperException as error:
        return exits.wrong_use(error)
    except (KeyboardInterrupt, typer.Abort):
        return exits.INTERRUPTED
    except BrokenPipeError:  # `tereze … | head` is no fault
        sys.stderr.close()
        return exits.DONE
    except Exception as error:  # the last place that can tell a person: nothing is swallowed
        return exits.explain(error)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with the global options first, wherever they stood before a `--`."""
    first: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            rest += [argument, *given]
        elif argument in _FLAGS or argument.startswith("--environment="):
            first.append(argument)
        elif argument in _WITH_VALUE:
            first += [argument, *([value] if (value := next(given, None)) is not None else [])]
        else:
            rest.append(argument)
    return first + rest
