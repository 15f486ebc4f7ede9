"""The metrics that the docs list are those that there are."""

from console.web.metrics.families import FAMILIES
from tests.docs.markdown import DOCS, code, named


def test_the_table_has_every_metric_and_no_other() -> None:
    rows = dict(named(DOCS / "metrics.md", "metrics"))["all"]
    shown = {code(row[0]): (code(row[1]), row[2]) for row in rows}
    assert len(shown) == len(rows)
    assert shown == {each.name: (", ".join(each.labels), each.help) for each in FAMILIES}
