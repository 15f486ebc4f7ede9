"""`python -m sandbox BODY`: run stand-in state bodies, or tell a running one to fail."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import lifeline

if TYPE_CHECKING:
    from sandbox.acts.desk import Acting
    from sandbox.body import Settings

KEY = "SANDBOX_API_KEY"
DATABASE = "SANDBOX_DATABASE_URL"
BODIES = ("state_corporation", "land_registry", "agriculture")
ACTING = {
    "civil_registry": "registers births; SHEP",
    "social_protection": "grants allowances; X-Road",
    "education": "queues and schools; REST with call-backs",
    "business_register": "companies and licences; REST",
    "migration_service": "residence; SOAP",
    "sms_gateway": "messages; REST",
    "acting": "all bodies that act, in one process",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it ended as it should, 2 for wrong use."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    lifeline.hold()
    try:
        return int(given.run(given))
    except (ValueError, OverflowError, OSError) as error:
        print(f"sandbox {given.command}: {error}", file=sys.stderr)
        return 2


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    body = _common(commands.add_parser("state_corporation", help="REST"), _state_corporation)
    body.add_argument("--api-key", default=os.environ.get(KEY), help=f"or {KEY}")
    body = _common(commands.add_parser("land_registry", help="an SQL database"), _land_registry)
    _database(body)
    body = _common(commands.add_parser("agriculture", help="CSV files"), _agriculture)
    body.add_argument("--folder", type=Path, required=True)
    _common(commands.add_parser("fleet", help="many small bodies on a clock that stands"), _fleet)
    every = _common(commands.add_parser("all", help="the three of them"), _all)
    every.add_argument("--api-key", default=os.environ.get(KEY), help=f"or {KEY}")
    _database(every)
    every.add_argument("--folder", type=Path, required=True)
    _monitoring_command(commands.add_parser("xroad_monitoring", help="a security server"))
    _signing_command(commands.add_parser("ncanode", help="a server that signs as NCANode does"))
    for name, text in ACTING.items():
        _acting_command(commands.add_parser(name, help=text))
    _fault_command(commands.add_parser("fault", help="tell a running body to fail"))
    return parser


def _common(
    parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; all: the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--volume", type=int, default=20_000, help="applications in the history")
    parser.add_argument("--days", type=int, default=60, help="length of the history")
    parser.add_argument("--now", default=None, help="ISO 8601; default the present")
    parser.add_argument("--anchor", default=None, help="end of the history; --now")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated s per s; 0 stands")
    parser.add_argument("--truth", type=Path, default=None, help="JSON Lines of what happened")
    parser.set_defaults(run=run)
    return parser


def _database(parser: argparse.ArgumentParser) -> None:
    known = os.environ.get(DATABASE)
    text = f"PostgreSQL or SQLite; or {DATABASE}"
    parser.add_argument("--database-url", default=known, required=known is None, help=text)


def _fault_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, help="address of the body")
    parser.add_argument("--clear", action="store_true", help="withdraw all faults")
    parser.add_argument("--kind")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.set_defaults(run=_fault)


def _monitoring_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--page", type=int, default=10_000, help="most records in an answer")
    parser.add_argument("--now", type=int, default=None, help="seconds since 1970; the present")
    parser.set_defaults(run=_monitoring)


def _signing_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; NCANode: 14579")
    parser.set_defaults(run=_signing)


def _signing(given: argparse.Namespace) -> int:
    from sandbox.ncanode.app import run

    return run(given.host, given.port)


def _acting_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; acting: the first")
    parser.add_argument("--seed", type=int, default=1, help="of faults that strike a share")
    parser.add_argument("--after", type=float, default=1.0, help="seconds until a body decides")
    parser.add_argument("--now", default=None, help="ISO 8601; default the present")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated s per s; 0 stands")
    parser.add_argument("--ledger", type=Path, default=None, help="a file; acting: a folder")
    parser.add_argument("--only", action="append", help="acting: this body, and others so named")
    parser.set_defaults(run=_acting)


def _acting(given: argparse.Namespace) -> int:
    from sandbox.acts.bodies import ALL, run_all, run_one

    settings = acting(given)
    if given.command == ALL:
        return run_all(settings, given.only)
    return run_one(given.command, settings)


def acting(given: argparse.Namespace) -> "Acting":
    """The options that every acting body has."""
    from sandbox.acts.desk import Acting
    from sandbox.history.local_time import parse

    return Acting(
        host=given.host,
        port=given.port,
        seed=given.seed,
        after=given.after,
        now=None if given.now is None else parse(given.now),
        speed=given.speed,
        ledger=given.ledger,
    )


def _monitoring(given: argparse.Namespace) -> int:
    from sandbox.xroad_monitoring.body import run

    return run(given.host, given.port, given.page, given.now)


def _state_corporation(given: argparse.Namespace) -> int:
    from sandbox.state_corporation.body import run

    if not given.api_key:
        raise ValueError(f"readers need a key: set {KEY} or give --api-key")
    return run(settings(given), given.api_key)


def _land_registry(given: argparse.Namespace) -> int:
    from sandbox.land_registry.body import run

    return run(settings(given), given.database_url)


def _agriculture(given: argparse.Namespace) -> int:
    from sandbox.agriculture.body import run

    return run(settings(given), given.folder)


def _fleet(given: argparse.Namespace) -> int:
    from sandbox.fleet.body import run

    return run(settings(given))


def _all(given: argparse.Namespace) -> int:
    from sandbox.everything import run

    if not given.api_key:
        raise ValueError(f"readers need a key: set {KEY} or give --api-key")
    return run(given)


def _fault(given: argparse.Namespace) -> int:
    from sandbox.orders import clear, order

    print(clear(given.url) if given.clear else order(given.url, given.kind, given.set))
    return 0


def settings(given: argparse.Namespace) -> "Settings":
    """The options that every body has."""
    from sandbox.body import Settings
    from sandbox.history.local_time import parse, wall_now

    now = wall_now() if given.now is None else parse(given.now)
    return Settings(
        host=given.host,
        port=given.port,
        seed=given.seed,
        volume=given.volume,
        days=given.days,
        now=now,
        anchor=now if given.anchor is None else parse(given.anchor),
        speed=given.speed,
        truth=given.truth,
    )
