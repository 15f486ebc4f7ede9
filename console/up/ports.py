"""Ports on loopback: a free one, one held for a child, and who listens on one."""

import socket

import psutil

HOST = "127.0.0.1"


def free_port(wanted: int) -> int:
    """`wanted` if nothing listens there, else any free one.

    Another process may take it before its user does: see `hold_port` for one that cannot be lost.
    """
    with _bound(wanted) as probe:
        return int(probe.getsockname()[1])


def hold_port(wanted: int) -> socket.socket:
    """A listening socket on `wanted`, or on any free port, for a child to inherit.

    While this process keeps it nobody else can take the port, not even between the end of a
    child and the start of the next.
    """
    held = _bound(wanted)
    held.listen(128)
    held.set_inheritable(True)
    return held


def _bound(wanted: int) -> socket.socket:
    for port in (wanted, 0):
        # asyncio turns the delaying of small packets off only where the protocol is named.
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((HOST, port))
            return found
        except OSError:
            found.close()
            if port == 0:
                raise
    raise AssertionError("the last port tried either was bound or raised")


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens there: another may have been quicker."""
    try:
        connections = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.NoSuchProcess:
        return False
    return any(
        each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in connections
    )
