"""X-Road: the services of a subsystem, asked of our own security server.

The REST metaservice `listMethods` (X-Road Service Metadata Protocol for REST): it travels to the
producer's security server and back, so it shows the whole exchange without touching the service.
"""

import json
from typing import Any
from urllib.parse import quote

from flows.failures.probing.http1 import Answer, Request, ask
from flows.failures.probing.look import Attempt, Failed, Seen
from models.environment.probes import XroadProbe


async def look(attempt: Attempt, module: XroadProbe) -> Seen:
    """Ask for the services; those that the target declares have to be among them.

    Raises:
        Failed: the exchange, or what came of it.
    """
    path = "/".join(quote(part, safe="") for part in (attempt.aim.target or "").split("/"))
    client = "/".join(quote(part, safe="") for part in module.client.split("/"))
    headers = {"X-Road-Client": client, "Accept": "application/json"}
    url = f"{module.server}/r1/{path}/listMethods"
    answer = await ask(attempt, Request(url, module.max_bytes, module.tls, headers=headers))
    if "x-road-error" in answer.headers:
        raise _failed_exchange(answer)
    if answer.status != 200:
        raise Failed("status", f"it answers with HTTP {answer.status}", answer.status)
    listed = _services(answer)
    if missing := [code for code in attempt.aim.services if code not in listed]:
        found = f"the service {missing[0]} is not listed"
        raise Failed("service_missing", found, answer.status)
    return Seen(f"{len(listed)} services are listed", answer.status)


def _failed_exchange(answer: Answer) -> Failed:
    """`X-Road-Error` stands there only where the exchange itself failed."""
    kind = answer.headers["x-road-error"][:100]
    return Failed("exchange", f"the exchange failed: {kind}", answer.status)


def _services(answer: Answer) -> set[str]:
    try:
        found: Any = json.loads(answer.body)
        return {str(each["service_code"]) for each in found["service"]}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Failed("answer", "the answer is no list of services", answer.status) from error
