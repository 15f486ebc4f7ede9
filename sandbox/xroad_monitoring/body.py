"""Run the security server's stand-in as a process."""

from sandbox.serving import serve
from sandbox.xroad_monitoring.app import SecurityServer
from sandbox.xroad_monitoring.shelf import PAGE, Shelf


def run(host: str, port: int, page: int = PAGE, now: int | None = None) -> int:
    """Serve until told to stop; `now` in seconds since 1970, `page` the most records at once."""
    server = SecurityServer(Shelf(page), now)
    serve("xroad_monitoring", server.app(), host, port, lambda: None)
    return 0
