"""Every route with every kind of nonsense, by every role and by nobody: no fault of ours, ever.

`FUZZ=5000 pytest tests/console/web/everywhere/test_fuzzing.py` looks longer, and each time at
something else.
"""

import os
from collections.abc import Callable
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from console.web.access.guard import FORMS
from console.web.app import create_app
from console.web.headers import POLICY
from tests.console.web.conftest import Client, Web
from tests.console.web.everywhere.conftest import visited
from tests.console.web.everywhere.furnished import ALMATY, Furnished
from tests.console.web.everywhere.interface import document
from tests.console.web.everywhere.routes import ROLES
from tests.console.web.everywhere.test_rights import everybody

EXAMPLES = int(os.environ.get("FUZZ", "300"))
"""Requests in all, shared by the routes."""
FEWEST = 4
BOUNDED = ("region", "office_staff")
MARK = "<script>alert(1)</script>"
LEFT_OUT = ("/metrics", "/sign-out", "/sign-in/open-id")
"""The first is no page; the others would end what the rest needs."""


def test_no_fault_of_ours(signed_in: Callable[..., Client], web: Web, outage: Furnished) -> None:
    pages = visited(everybody(signed_in, outage))  # before the others: they would get every role
    people: list[Client | None] = [None]
    people += [signed_in(role, ALMATY if role in BOUNDED else None) for role in ROLES]
    pages += visited(signed_in("office_staff", ALMATY))
    made = document(create_app(outage.environment, "0"), pages)
    schema = schemathesis.openapi.from_dict(made)
    results = list(schema.get_all_operations())
    every = [each.ok() for each in results if isinstance(each, Ok)]
    assert len(every) == len(results), "the document is no OpenAPI"
    operations = [each for each in every if not each.path.startswith(LEFT_OUT)]
    assert len(operations) > 15
    faults: dict[str, str] = {}
    for operation in operations:
        _fuzz(operation, people, web, max(FEWEST, EXAMPLES // len(operations)), faults)
    assert not faults, "\n".join(faults.values())


def _fuzz(
    operation: Any, people: list[Client | None], web: Web, examples: int, faults: dict[str, str]
) -> None:
    nobody = requests.Session()

    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        client=st.sampled_from(people),
        meant=st.sampled_from([True, True, True, False]),
    )
    @settings(
        max_examples=examples,
        derandomize="FUZZ" not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, client: Client | None, meant: bool) -> None:
        if client is not None and meant and isinstance(case.body, dict):
            case.body[FORMS] = client.token
        sent = case.as_transport_kwargs(base_url=web.address) | {"cookies": {}}
        http = client.http if client is not None else nobody
        answer = http.request(**sent, allow_redirects=False, timeout=60)
        problem = _judge(answer)
        if problem is not None:
            http.close()  # after a fault the server closes the connection
            faults.setdefault(
                operation.label, f"{operation.label}: {problem}: {case.as_curl_command()}"[:700]
            )

    with nobody:
        ask()


def _judge(answer: requests.Response) -> str | None:
    """What is wrong with an answer, whatever was asked."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.headers.get("Content-Security-Policy") != POLICY:
        return "no policy"
    goes_to = answer.headers.get("location", "/")
    if not goes_to.startswith("/") or goes_to.startswith(("//", "/\\")):
        return f"leads to {goes_to}"
    if MARK in answer.text and answer.headers["content-type"].startswith("text/html"):
        return "a script came back as it was sent"
    return None
