"""Terms in words become standards; a draft is always a piece of register.yaml."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from flows.hidden_services.draft import draft, term_of
from flows.hidden_services.observed import Observed
from models.environment.register import Register


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("5 рабочих дней", (5, "working_days")),
        ("в течение 1 (одного) рабочего дня", (1, "working_days")),
        ("3 (үш) жұмыс күні ішінде", (3, "working_days")),
        ("within 10 working days", (10, "working_days")),
        ("30 календарных дней", (30, "calendar_days")),
        ("15 күнтізбелік күн", (15, "calendar_days")),
        ("20 минут", (20, "minutes")),
        ("4 рабочих часа", (4, "working_hours")),
        ("8 working hours", (8, "working_hours")),
        ("по мере готовности", None),
        ("5 дней", None),  # of which kind is not said
        ("", None),
    ],
)
def test_terms(written: str, wanted: tuple[int, str] | None) -> None:
    assert term_of(written) == wanted


def test_without_a_term_the_law_is_quoted() -> None:
    written = draft("1", {"ru": "Имя"}, 7, [Observed("s", "form", "f", {"ru": "Имя"})])
    assert "15 working days" in written
    assert Register.model_validate(YAML(typ="safe").load(written)).standards == []


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(TEXT, TEXT, TEXT)
def test_whatever_was_observed_it_is_a_piece_of_the_register(
    name: str, fee: str, document: str
) -> None:
    observed = Observed("s", "form", "f", {"ru": name}, fee=fee, documents=[document],
                        organisation="ECO")  # fmt: skip
    written = draft("00100199", {"ru": name}, 1, [observed])
    register = Register.model_validate(YAML(typ="safe").load(written))
    assert register.services["00100199"].names == {"ru": name}
