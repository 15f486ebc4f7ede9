"""The health and TLS addresses, asked over real sockets while the clock is set on."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.sandbox.reading import Reader

FROM, UNTIL = "2026-03-02T13:00:00+05:00", "2026-03-02T14:00:00+05:00"
BEFORE, DURING, AFTER = "12:30", "13:00", "14:00"


def set_clock(fleet: Reader, at: str) -> None:
    fleet.post("/control/clock", {"now": f"2026-03-02T{at}:00+05:00"})


def seen(url: str, within: float = 30) -> Any:
    """What a look at the address brings: a status and a body, or the error's name."""
    try:
        answer = requests.get(url, timeout=within)
    except requests.RequestException as error:
        return type(error).__name__
    return answer.status_code, "UP" in answer.text


FAILING: dict[str, Any] = {
    "refused": "ConnectionError",
    "time_out": "ReadTimeout",
    "slow_answers": "ReadTimeout",
    "http_500": (500, False),
    "wrong_body": (200, False),
}


def test_addresses_fail_from_and_until(fleet: Reader) -> None:
    bodies = fleet.page("/")["bodies"]
    for kind in FAILING:
        slow = {"seconds": 20} if kind == "slow_answers" else {}
        fleet.fail(kind, **{"from": FROM, "until": UNTIL}, **slow)
    well = dict.fromkeys(FAILING, (200, True))
    for at, wanted in ((BEFORE, well), (DURING, FAILING), (AFTER, well)):
        set_clock(fleet, at)
        for kind, expected in wanted.items():
            within = 0.5 if expected == "ReadTimeout" else 30
            assert seen(bodies[kind]["health"], within) == expected, (kind, at)
        assert seen(bodies["noisy"]["health"]) == (200, True)


def certificate_ends(url: str, authority: str) -> datetime:
    """When the certificate ends that the address shows to somebody who trusts the authority."""
    host, port = url.removeprefix("https://").removesuffix("/health").split(":")
    context = ssl.create_default_context(cadata=authority)
    with (
        socket.create_connection((host, int(port)), 30) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = secure.getpeercert()
    assert shown is not None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def test_a_certificate_is_not_renewed_and_then_it_is(fleet: Reader) -> None:
    about = fleet.page("/")
    url = about["bodies"]["certificate"]["tls"]
    begins = datetime.fromisoformat(FROM)
    long = timedelta(days=366)
    fleet.fail("certificate", **{"from": FROM, "until": UNTIL}, days=1000)
    assert certificate_ends(url, about["authority"]) > begins + long
    set_clock(fleet, DURING)
    assert certificate_ends(url, about["authority"]) == begins + timedelta(days=1000)
    set_clock(fleet, AFTER)
    renewed = certificate_ends(url, about["authority"])
    assert begins + long < renewed < begins + timedelta(days=500)
