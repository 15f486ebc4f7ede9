"""One file for each kind of prober: how it looks, and what it takes for good."""

from collections.abc import Awaitable, Callable
from typing import Any

from flows.failures.probing.look import Attempt, Seen
from flows.failures.probing.probers import connector, http, soap, sql, tcp, tls, xroad

PROBERS: dict[str, Callable[[Attempt, Any], Awaitable[Seen]]] = {
    "http": http.look,
    "tcp": tcp.look,
    "tls": tls.look,
    "soap": soap.look,
    "xroad": xroad.look,
    "sql": sql.look,
    "connector": connector.look,
}
"""By the name in probes.yaml. Each is given the module of its kind, and raises `Failed`."""
