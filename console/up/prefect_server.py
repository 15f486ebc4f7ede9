"""The Prefect server as a child: its settings, and the process itself.

`python -m console.up.prefect_server PORT` is what `prefect server start` does, without the
second process in between and without the second that importing Prefect's command takes.
"""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL

from deployments import lifeline

HOST = "127.0.0.1"


def settings(home: Path, port: int, database: URL) -> dict[str, str]:
    """The variables of the server and of everything that talks to it. Nothing phones home."""
    address = f"http://{HOST}:{port}/api"
    url = database.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    return {
        **quiet(home),
        "PREFECT_API_URL": address,
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_UI_API_URL": address,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "prefect" / "ui"),
        "PREFECT_API_DATABASE_CONNECTION_URL": url,
        # Places held by runs outlive a restart of the server, and lapse when not renewed.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
            "prefect.server.concurrency.lease_storage.filesystem"
        ),
    }


def quiet(home: Path) -> dict[str, str]:
    """Telemetry off everywhere, and Prefect's files inside the home folder."""
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def quiet_this_process() -> None:
    """The same for this process; to be called before Prefect is imported."""
    from models.database.embedded import home

    for name, value in quiet(home()).items():
        os.environ.setdefault(name, value)


def command(port: int, inherited: int | None = None) -> list[str]:
    """How to start it; `inherited` is the number of a listening socket that it gets."""
    words = [sys.executable, "-m", "console.up.prefect_server", str(port)]
    return words if inherited is None else [*words, str(inherited)]


def for_clients(variables: Mapping[str, str]) -> dict[str, str]:
    """What a process that only talks to the server needs: not where its database is."""
    return {k: v for k, v in variables.items() if k != "PREFECT_API_DATABASE_CONNECTION_URL"}


def serve(port: int, inherited: int | None = None) -> None:
    """Run the server until SIGTERM or until the supervisor has gone.

    It listens on loopback unless PREFECT_SERVER_API_HOST says otherwise, as in a container.
    """
    import uvicorn

    lifeline.hold()
    from prefect.server.api.server import create_app

    from console.up.prefect_on_sqlalchemy import let_bulk_inserts_pass

    let_bulk_inserts_pass()
    app = create_app(final=True)
    host = os.environ.get("PREFECT_SERVER_API_HOST", HOST)
    config = uvicorn.Config(app, host=host, port=port, timeout_keep_alive=5, log_level="warning")
    sockets = None if inherited is None else [socket.socket(fileno=inherited)]
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    serve(*(int(word) for word in sys.argv[1:]))
