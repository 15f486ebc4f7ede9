"""The sides from which systems are watched, each in a folder of its own."""

from flows.failures.contracts.side import CONTRACTS
from flows.failures.data.side import DATA
from flows.failures.exchanges.side import EXCHANGES
from flows.failures.probing.side import PROBES
from flows.failures.side import Judge, Look, Side, nothing_to_ask

__all__ = ["SIDES", "Judge", "Look", "Side", "nothing_to_ask"]

SIDES: tuple[Side, ...] = (PROBES, EXCHANGES, DATA, CONTRACTS)
"""Probes, exchanges, data, contracts. A side's module takes `Side` from `flows.failures.side`:
this one imports them all."""
