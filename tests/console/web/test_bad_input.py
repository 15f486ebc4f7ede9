"""What people and programs send that nobody meant: the frame of every page answers plainly."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
import requests

from console.web.access.guard import COOKIE, LONGEST_FIELD
from console.web.headers import HEADERS
from models.database import Database
from models.environment.console import Console
from tests.console.web.conftest import Client, Web, served
from tests.flows.failures.waiting.outage import Outage
from tests.waiting import until

SignedIn = Callable[..., Client]
ENGLISH = {"Accept-Language": "en"}


def test_a_page_whose_database_is_away_says_so_and_comes_back(
    signed_in: SignedIn, synced: Database
) -> None:
    client = signed_in("auditor")
    name = synced.url.database
    server = synced.url.set(database="postgres", drivername="postgresql")
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        answer = client.get("/")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert 'http-equiv="refresh"' in answer.text
        assert "The database is away" in answer.text
        away = client.post("/password", old="a", new="b", again="b")
        assert away.status_code == 503
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'.encode())
    until(lambda: client.get("/quality").status_code == 200)


NOT_THERE = (
    "/nothing", "/static/nothing", "/hidden-services/", "/hidden-services/x", "/%00",
    "/static/../app.py", "/static/%2e%2e/app.py",
)  # fmt: skip


def test_what_is_not_there_is_a_plain_page(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for path in NOT_THERE:
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "Traceback" not in answer.text, path
        if not path.startswith("/static"):
            assert "There is no such page" in answer.text, path


def test_another_host_in_the_header_leads_nowhere_else(web: Web) -> None:
    for path in ("/", "/quality/", "/sign-in?then=/quality", "/hidden-services/1/"):
        answer = requests.get(
            web.address + path, headers={"Host": "evil.example"}, allow_redirects=False, timeout=60
        )
        assert "evil.example" not in answer.headers.get("location", ""), path
        assert "evil.example" not in answer.text, path


def _signs_in(address: str, **headers: str) -> str:
    """The cookie that somebody gets."""
    form = {"name": "aru", "password": "a long one"}
    answer = requests.post(
        f"{address}/sign-in", data=form, allow_redirects=False, timeout=60, headers=headers
    )
    assert answer.status_code == 303
    return answer.headers["set-cookie"]


@pytest.fixture
def aru(synced: Database) -> None:
    from console.web.access.users import NewUser, put

    engine = synced.engine()
    with engine.begin() as connection:
        put(connection, NewUser("aru", "Aru", ["auditor"]), password="a long one", actor="test",
            lasting=True)  # fmt: skip
    engine.dispose()


@pytest.mark.usefixtures("aru")
def test_cookies_are_for_us_alone(web: Web, signed_in: SignedIn) -> None:
    for proxy, secure in (("http", False), ("https", True)):
        cookie = _signs_in(web.address, **{"X-Forwarded-Proto": proxy})
        assert cookie.startswith(f"{COOKIE}=")
        for part in ("HttpOnly", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert ("Secure" in cookie) is secure
    page = signed_in("auditor").get("/")
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("aru", "web")
def test_a_declared_address_by_tls_is_enough_for_a_secure_cookie(outage: Outage) -> None:
    console = Console(address="https://tereze.example.org")
    with served(replace(outage.environment, console=console)) as behind:
        assert "Secure" in _signs_in(behind.address)


def test_every_answer_carries_the_policy(web: Web, signed_in: SignedIn) -> None:
    answers = [web.get(path) for path in ("/", "/sign-in", "/nothing", "/metrics", "/healthz")]
    answers.append(web.get("/static/console.css"))
    answers.append(requests.post(f"{web.address}/nothing", timeout=60))
    answers.append(signed_in("on_call").post("/sign-out", forms="forged"))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, answer.url


HUGE = {
    "ten thousand letters": "x" * 10_000,
    "a megabyte": "x" * LONGEST_FIELD,
    "right to left": "\u202eמישהו\u202c",
    "a script": "<script>alert(1)</script>",
    "no letter at all": "\x00",
    "half a letter": "\ud83d",
}


def test_huge_and_odd_texts_are_refused_in_words(web: Web, signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for what, text in HUGE.items():
        sent = text.encode("utf-8", "surrogatepass")
        form = {"name": sent, "password": "a"}
        answer = requests.post(f"{web.address}/sign-in", data=form, headers=ENGLISH, timeout=60)
        assert 400 <= answer.status_code < 500, what
        assert "<script>alert" not in answer.text, what
        form = {"old": sent, "forms": "none"}
        changed = client.http.post(f"{web.address}/password", data=form, timeout=60)
        assert 400 <= changed.status_code < 500, what


def test_fields_and_files_without_number_are_refused(web: Web) -> None:
    many = requests.post(
        f"{web.address}/sign-in", data={f"f{n}": "" for n in range(5_000)}, timeout=60
    )
    file = requests.post(f"{web.address}/sign-in", files={"name": b"a file"}, timeout=60)
    parts = requests.post(
        f"{web.address}/sign-in", files={f"f{n}": (None, "x") for n in range(5_000)}, timeout=60
    )
    assert [each.status_code // 100 for each in (many, file, parts)] == [4, 4, 4]
