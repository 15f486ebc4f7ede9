"""Targets that misbehave in every way, over real sockets: each gives its reason, in its time."""

import threading
import time
from collections.abc import Iterator

import pytest

from flows.failures.probing.look import Look
from flows.failures.probing.now import look_at
from tests.flows.failures.probing.authority import root
from tests.flows.failures.probing.bad_targets import ALL, declared, listeners
from tests.flows.failures.probing.probed import probed
from tests.waiting import until

Looks = dict[str, Look]


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looks]:
    """One round over all of them at once."""
    folder = tmp_path_factory.mktemp("targets")
    open_ = listeners(folder)
    both = {name: declared(name, listener) for name, listener in open_.items()}
    modules = {name: module for name, (module, _) in both.items()}
    targets = [target for _, target in both.values()]
    modules |= {"http": {"prober": "http", "timeout": "5s"}, "tcp": {"prober": "tcp"}}
    targets += [
        {"module": "http", "name": "unresolved", "target": "http://nobody.invalid/"},
        {"module": "tcp", "name": "refused", "target": "localhost:1"},
        {"module": "tcp", "name": "refused.6", "target": "[::1]:1"},
    ]
    loaded = probed(folder / "environment", modules, targets)
    (loaded.folder / "root.pem").write_bytes(root().pem())
    started = time.perf_counter()
    found = {look.probe: look for look in look_at(loaded, "office")}
    assert time.perf_counter() - started < 60, "those that hang do so for minutes"
    yield found
    for listener in open_.values():
        listener.close()


@pytest.mark.parametrize("name", ALL)
def test_it_gives_its_reason(name: str, looks: Looks) -> None:
    look = looks[name]
    assert f"{look.outcome} {look.reason}".strip() == ALL[name].expected, look.sentence
    assert ALL[name].words in look.sentence
    assert look.took < 60


def test_a_name_that_does_not_resolve(looks: Looks) -> None:
    assert looks["unresolved"].reason in ("dns", "timeout")  # by what answers for names here
    assert "name" in looks["unresolved"].sentence


@pytest.mark.parametrize("name", ["refused", "refused.6"])
def test_nobody_listens(name: str, looks: Looks) -> None:
    assert looks[name].reason in ("refused", "unreachable" if name == "refused.6" else "refused")


def test_the_end_of_a_certificate_is_known_good_or_bad(looks: Looks) -> None:
    known = {name for name, look in looks.items() if look.ends_at is not None}
    names = ("good", "expired", "early", "self_signed", "stranger", "wrong_host", "server_name")
    assert known == {f"tls.{name}" for name in names}


def test_no_thread_is_left_behind(looks: Looks) -> None:
    assert looks
    until(lambda: not [each for each in threading.enumerate() if each.name == "probe"])
