"""Alerts in the console: listed by what is told together, and one page for each."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from models.environment.on_call import Person, Rota
from models.environment.settings import Identifier
from tests.console.web.alerting import down, fired, overdue
from tests.console.web.conftest import Client
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]


@pytest.fixture
def night(outage: Outage) -> Outage:
    """A system is down; three applications are overdue in Almaty, one in Astana."""
    down(outage)
    for number in ("A-1", "A-2", "A-3"):
        outage.applied(number, "06-02 10:00", region="75")
        overdue(outage, number)
    overdue(outage, "B-1", region="71")
    fired(outage, "CertificateEnding", "warning", sentence="It ends in 9 days", system="registry")
    return outage


@pytest.mark.usefixtures("night")
def test_what_is_told_together_stands_in_one_line(signed_in: SignedIn) -> None:
    page = signed_in("on_call").get("/alerts").text
    assert page.count('<li class="critical">') == 3
    assert "ApplicationOverdue: 3 alerts" in page
    assert "The connection is refused" in page
    assert page.index("The connection is refused") < page.index("ApplicationOverdue: 3")
    assert page.index("ApplicationOverdue: 3") < page.index("It ends in 9 days")
    assert "Registration of a birth" in page
    assert "Gateway" in page


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ("?severity=warning", "It ends in 9 days", "refused"),
        ("?name=SystemDown", "refused", "ApplicationOverdue"),
        ("?state=acknowledged", "none like this", "refused"),
        ("?state=resolved", "none like this", "refused"),
        ("?system=registry", "It ends in 9 days", "refused"),
        ("/each?name=ApplicationOverdue&order=oldest", "Application B-1", "refused"),
        ("?state='; DROP TABLE alerts&order=x&severity=y", "refused", "none like this"),
    ],
)
def test_filters(signed_in: SignedIn, query: str, there: str, away: str) -> None:
    page = signed_in("auditor").get(f"/alerts{query}")
    assert page.status_code == 200
    body = page.text[page.text.index('id="list"') :]
    assert there in body
    assert away not in body


@pytest.mark.usefixtures("night")
def test_lists_as_csv_are_safe_and_name_nobody(signed_in: SignedIn, outage: Outage) -> None:
    fired(outage, "PullFailed", sentence="of 900101300017", source="=1+1")
    for path, rows in (("/alerts", 6), ("/alerts/each", 8)):
        answer = signed_in("on_call").get(f"{path}?format=csv")
        assert answer.headers["content-type"].startswith("text/csv")
        assert len(answer.text.strip().splitlines()) == rows
        assert "900101300017" not in answer.text


def test_nothing_goes_on(signed_in: SignedIn) -> None:
    page = signed_in("on_call").get("/alerts").text
    assert "Nothing goes on." in page
    assert "On call" not in page


def test_who_is_on_call_now(signed_in: SignedIn, outage: Outage) -> None:
    shift = {"people": ["aigerim"], "from": "00:00", "to": "00:00"}
    outage.environment.on_call.people["aigerim"] = Person(receivers=["log"])
    outage.environment.on_call.rotas["desk"] = Rota.model_validate(
        {"starts": "2026-01-05", "shifts": [shift]}
    )
    outage.environment.on_call.rotas["gap"] = Rota.model_validate(
        {
            "starts": "2026-01-05",
            "shifts": [shift],
            "fallback": ["log"],
            "away": [{"person": "aigerim", "instead": "bolat", "from": "2020-01-01T00:00",
                      "until": "2099-01-01T00:00"},
                     {"person": "bolat", "instead": "aigerim", "from": "2020-01-01T00:00",
                      "until": "2099-01-01T00:00"}],
        }
    )  # fmt: skip
    page = signed_in("on_call").get("/alerts").text
    assert "<strong>aigerim</strong>" in page
    assert "nobody has the watch" in page
    assert "log is told" in page


def test_a_page_says_all_that_is_known(signed_in: SignedIn, outage: Outage) -> None:
    found, finding = down(outage)
    outage.applied("W-1", "06-02 09:00", system="gateway", region="75")
    page = signed_in("on_call").get(f"/alerts/{found}").text
    for part in (
        "The connection is refused", "20 minutes ago", "Critical", "In nobody&#39;s hands",
        "Who waits", "connection refused &lt;script&gt;", f"Finding {finding}", "What to do",
        "Is it true?", "Call the contact that", "/alerts/runbooks/not_looked_at", "It began",
        "flow:failures", "Nobody was told yet", "failures",
    ):  # fmt: skip
        assert part in page or part.replace("&#39;", "'") in page, part
    assert "<script>" not in page.replace("<script src", "")


def test_it_is_said_in_the_readers_language(signed_in: SignedIn, outage: Outage) -> None:
    found = fired(outage, sentence="2 row(s) of tax are held in quarantine", system="tax")
    client = signed_in("on_call")
    for language, said in (
        ("ru", "tax: задержано строк: 2"),
        ("kk", "tax: кідіртілген жол саны: 2"),
    ):
        client.http.headers["Accept-Language"] = language
        page = client.get(f"/alerts/{found}").text
        assert f"<title>{said}" in page.replace("\n", "")
        assert f'<h1 class="sentence">{said}</h1>' in page
        assert said in client.get("/alerts").text


def test_what_is_in_english_all_the_same_says_so(signed_in: SignedIn, outage: Outage) -> None:
    found = fired(outage, sentence="Nobody has put this into words <b>")
    client = signed_in("on_call")
    client.http.headers["Accept-Language"] = "ru"
    page = client.get(f"/alerts/{found}").text
    assert '<span lang="en">Nobody has put this into words &lt;b&gt;</span></h1>' in page


def test_of_an_application_it_says_the_group(signed_in: SignedIn, night: Outage) -> None:
    found = overdue(night, "A-2")
    page = signed_in("on_call").get(f"/alerts/{found}").text
    for part in ("3 people in this group", "alerts that go on: 3", "Application A-2", "Due",
                 "The oldest of its group", "Application A-1 was due", "Ministry"):  # fmt: skip
        assert (part in page) == (part != "Ministry"), part


def test_why_it_may_be(signed_in: SignedIn, outage: Outage) -> None:
    outage.found("office", "06-02 10:00", sentence="It does not answer")
    fired(outage, "SourceStale", "warning", sentence="Not pulled for 3 h", system="office")
    page = signed_in("on_call").get(f"/alerts/{overdue(outage, 'C-1')}").text
    assert "Why it may be" in page
    assert "It does not answer" in page
    assert "We cannot see" in page
    assert "Not pulled for 3 h" in page


def test_notices_with_their_attempts(signed_in: SignedIn, outage: Outage) -> None:
    found = fired(outage, system="gateway")
    with outage.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO notices (receiver, groups, kind, title, body, state)
                SELECT 'mail', jsonb_build_array(group_key), 'firing', '[critical] Gateway', '',
                    'pending' FROM alerts"""),
        )
        connection.execute(
            text("""
                INSERT INTO notice_attempts (notice_id, receiver, outcome, error)
                SELECT id, 'mail', 'refused', 'no route to host' FROM notices"""),
        )
    page = signed_in("on_call").get(f"/alerts/{found}").text
    for part in ("[critical] Gateway", "Not delivered yet", "Attempt 1", "no route to host"):
        assert part in page, part


def test_identifiers_of_persons_are_masked(signed_in: SignedIn, outage: Outage) -> None:
    outage.environment.settings.identifiers["iin"] = Identifier(pattern=r"\d{12}")
    found = fired(outage, sentence="Of 900101300017", annotations={"who": "900101300017"},
                  system="office", number="123456789012")  # fmt: skip
    client = signed_in("on_call")
    for path in ("/alerts", "/alerts/each", f"/alerts/{found}"):
        page = client.get(path).text
        assert "900101300017" not in page, path
        assert "••••••••0017" in page, path
    assert "123456789012" in client.get(f"/alerts/{found}").text


def test_a_region_sees_its_own_and_what_concerns_all(signed_in: SignedIn, outage: Outage) -> None:
    almaty, astana = overdue(outage, "A-1"), overdue(outage, "B-1", region="71")
    overdue(outage, "A-2")
    system, _ = down(outage)
    outage.applied("W-1", "06-02 09:00", system="gateway", region="75")
    client = signed_in("region", region="71")
    for path in ("/alerts", "/alerts/each", "/alerts/each?format=csv"):
        page = client.get(path).text
        assert "B-1" in page, path
        assert "A-1" not in page, path
        assert "A-2" not in page, path
    assert client.get(f"/alerts/{astana}").ok
    for path in (f"/alerts/{almaty}", f"/alerts/{almaty[:12]}", f"/alerts/silences?alert={almaty}"):
        assert client.get(path).status_code == 403, path
    page = client.get(f"/alerts/{system}").text
    assert "Nobody, as far as is known." in page
    assert "What will you do?" not in page
    with outage.engine.connect() as connection:
        refused = connection.execute(
            text("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
        ).scalars()
        assert f"alert {almaty}" in set(refused)


def test_a_beginning_of_its_name_is_enough(signed_in: SignedIn, outage: Outage) -> None:
    found = fired(outage, system="gateway")
    answer = signed_in("on_call").get(f"/alerts/{found[:12]}")
    assert answer.url.endswith(found)
    assert signed_in("on_call").get(f"/alerts/{found}").ok


@pytest.mark.parametrize(
    "name", ["0" * 64, "abc", "%00%00%00%00%00%00", "..%2f..", "%E2%80%AE" * 9]
)
def test_names_of_no_alert(signed_in: SignedIn, name: str) -> None:
    assert signed_in("on_call").get(f"/alerts/{name}").status_code == 404


def test_ten_thousand_page_in_the_database(signed_in: SignedIn, outage: Outage) -> None:
    with outage.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO alerts (fingerprint, name, severity, labels, group_key, state, reason,
                    sentence, starts_at)
                SELECT md5(n::text), 'PullFailed', 'warning', jsonb_build_object('source', n::text),
                    'g' || n % 700, 'firing', 'fired', 'No ' || n, now() - n * interval '1 minute'
                FROM generate_series(1, 10000) n"""),
        )
    client = signed_in("on_call")
    for path in ("/alerts", "/alerts/each"):
        first, later = client.get(path), client.get(f"{path}?from=50")
        assert first.text.count('<li class="warning">') == 50
        assert "51–100" in later.text
    assert client.get("/alerts/each?from=999999").ok
