"""Which paths an expression reads."""

import pytest

from models.environment.expressions import has_alternative, reads

READS = [
    ("steps.a.result.b || form.c", {"steps.a.result.b", "form.c"}),
    ("form.items[?id == other].x | [0]", {"form.items"}),
    ("contains(['a'], code)", {"code"}),
    ("{a: form.a, b: [steps.b.state, `1`]}", {"form.a", "steps.b.state"}),
    ("form | name", {"form.name"}),
    ("sort_by(answer.x, &form.y)", {"answer.x"}),
    ("answer.rows[1:2]", {"answer.rows"}),
    ("!steps.a.refusal", {"steps"}),
    ("!(steps.a.refusal)", {"steps.a.refusal"}),
    ("form.\"odd name\" == 'x' && facts.n > `3`", {"form.odd name", "facts.n"}),
    ("'text'", set()),
]


@pytest.mark.parametrize(("expression", "paths"), READS)
def test_paths_from_the_root(expression: str, paths: set[str]) -> None:
    assert paths <= {".".join(path) for path in reads(expression)}
    heads = {path.split(".")[0] for path in paths}
    assert {path[0] for path in reads(expression)} == heads


@pytest.mark.parametrize(
    ("expression", "found"),
    [("a || `null`", True), ("a", False), ("'a || b'", False), ("[(a || b)]", True)],
)
def test_alternatives(expression: str, found: bool) -> None:
    assert has_alternative(expression) is found
