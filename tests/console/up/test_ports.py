"""A port that is held cannot be lost."""

import os
import socket

import pytest

from console.up.ports import HOST, free_port, hold_port, listens


def test_the_wanted_port_where_it_is_free() -> None:
    port = free_port(0)
    assert free_port(port) == port


def test_another_one_where_it_is_taken() -> None:
    with hold_port(0) as held:
        port = int(held.getsockname()[1])
        assert free_port(port) != port
        with hold_port(port) as other:
            assert other.getsockname()[1] != port


def test_nobody_takes_a_held_port() -> None:
    with hold_port(0) as held, socket.socket() as robber:
        robber.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            robber.bind((HOST, held.getsockname()[1]))


def test_who_listens() -> None:
    with hold_port(0) as held:
        port = int(held.getsockname()[1])
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)
    assert not listens(os.getpid(), port)


def test_a_server_on_a_held_port_sends_small_packets_at_once() -> None:
    """An answer of two packets else waits 40 ms for the other side's acknowledgement."""
    with hold_port(0) as held:
        assert held.proto == socket.IPPROTO_TCP
