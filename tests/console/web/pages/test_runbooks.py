"""Runbooks in the console: each is there, leads to the others, and is escaped."""

from collections.abc import Callable

import pytest

from console.web.pages.alerts.runbooks import as_html, runbook
from flows.failures.alerting import NAMES
from tests.console.web.conftest import Client

SignedIn = Callable[..., Client]


def test_they_lead_to_each_other(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    every = client.get("/alerts/runbooks").text
    assert "/alerts/runbooks/system_down" in every
    page = client.get("/alerts/runbooks/SystemDown")
    assert page.url.endswith("/alerts/runbooks/system_down")
    assert 'href="/alerts/runbooks/not_looked_at"' in page.text
    assert "<h2>What to do</h2>" in page.text
    assert client.get("/alerts/runbooks/nothing").status_code == 404
    assert client.get("/alerts/runbooks/..%2Fmetrics").status_code == 404


@pytest.mark.parametrize("name", sorted(NAMES.values()))
def test_each_alert_of_the_watch_has_one_with_all_its_parts(name: str) -> None:
    book = runbook(name)
    assert book is not None
    assert (book.title, book.language) == (name, "en")
    assert list(book.parts) == ["What it means", "Is it true?", "What to do", "How it ends"]


def test_each_reads_them_in_their_language(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for language, heading in (("ru", "Что делать"), ("kk", "Не істеу керек"), ("en", "What to do")):
        client.http.headers["Accept-Language"] = language
        page = client.get("/alerts/runbooks/system_down").text
        assert f"<h2>{heading}</h2>" in page
        assert f'<div class="prose" lang="{language}">' in page
        assert 'href="/alerts/runbooks/not_looked_at"' in page


def test_english_stands_where_there_is_none_in_the_language() -> None:
    book = runbook("SystemDown", "fr")
    assert book is not None
    assert book.language == "en"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript"),
        ("[a](https://example.org)", "<p>a</p>"),
        ("[a](../forecast.md)", "<p>a</p>"),
        ("[a](pull_failed.md#x)", '<a href="/alerts/runbooks/pull_failed">a</a>'),
        ("`tereze pull X`", "<code>tereze pull X</code>"),
    ],
)
def test_what_is_written_is_escaped(written: str, shown: str) -> None:
    html = as_html(written)
    assert shown in html
    assert "<script" not in html
