"""HTTP: status, body, time and where redirects lead."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from connectors.rest.redirects import origin
from flows.failures.probing.http1 import Answer, Request, ask
from flows.failures.probing.look import Attempt, Failed, Seen
from flows.failures.probing.secret_headers import resolved
from models.environment.probe_targets import check_url
from models.environment.probes import HttpProbe

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def look(attempt: Attempt, module: HttpProbe) -> Seen:
    """Ask the address, follow its redirects, judge the answer.

    Raises:
        Failed: it is not as the module says it should be.
    """
    answer = await _followed(attempt, module)
    took = attempt.elapsed()
    for failed in _wrong(module, answer, took):
        raise failed
    return Seen(f"HTTP {answer.status}, {len(answer.body)} bytes", answer.status)


async def _followed(attempt: Attempt, module: HttpProbe) -> Answer:
    url = attempt.aim.target or ""
    home = origin(url)
    secrets = await resolved(module.secret_headers)
    method, body = module.method, (module.body or "").encode()
    for _ in range(module.max_redirects + 1):
        headers = {**module.headers, **(secrets if origin(url) == home else {})}
        request = Request(url, module.max_bytes, module.tls, method, headers, body)
        answer = await ask(attempt, request)
        if answer.status not in _REDIRECTS or module.max_redirects == 0:
            return answer
        url = _next_url(url, answer)
        if answer.status == 303 or (answer.status < 303 and method == "POST"):  # RFC 9110, 15.4
            method, body = "GET", b""
    found = f"it redirects more than {module.max_redirects} times"
    raise Failed("redirects", found, answer.status)


def _next_url(url: str, answer: Answer) -> str:
    try:
        return check_url(urljoin(url, answer.headers["location"]))
    except KeyError as error:
        raise Failed("redirects", "it redirects to nowhere", answer.status) from error
    except ValueError as error:
        raise Failed("redirects", "it redirects to what is no address", answer.status) from error


def _wrong(module: HttpProbe, answer: Answer, took: float) -> Iterator[Failed]:
    """What is wrong with the answer, the most telling first."""
    status, text = answer.status, answer.text
    if not (status in module.status if module.status else 200 <= status < 300):
        yield Failed("status", f"it answers with HTTP {status}", status)
    for wanted in module.contains:
        if wanted not in text:
            yield Failed("body", f"the answer does not contain {wanted!r}", status)
    for unwanted in module.lacks:
        if unwanted in text:
            yield Failed("body", f"the answer contains {unwanted!r}", status)
    if module.matches is not None and not re.search(module.matches, text):
        yield Failed("body", f"the answer does not match {module.matches!r}", status)
    limit = module.answer_within
    if limit is not None and took > limit.total_seconds():
        found = f"it answered after {took:.1f} s, later than {limit.total_seconds():g} s"
        yield Failed("too_slow", found, status)
