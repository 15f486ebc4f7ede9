"""What may be said of each kind of case stands in the docs, and nothing else does."""

from flows.composite_services.assistance.following import ALLOWED
from tests.docs.markdown import DOCS, code, named


def test_what_may_be_said_of_each_kind_of_case() -> None:
    [(_, rows)] = named(DOCS / "when-things-go-wrong.md", "hows")
    told = [(code(row[0]), code(row[1])) for row in rows]
    assert told == [(kind, how) for kind, hows in ALLOWED.items() for how in hows]
