"""A free port on loopback, the usual one where it is free."""

import socket


def free_port(wanted: int) -> int:
    """`wanted` if nothing listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
            except OSError:
                continue
    raise OSError("no free port on loopback")
