"""Functions in templates: called as they are, and with what they ask to know where they ask it."""

from functools import cache

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from console.web.rendering import Plainly


@cache
def doubled(value: int) -> int:
    return 2 * value


@pass_context
def named(context: Context, name: str) -> object:
    return context[name]


class Shop:
    def price(self, of: str, *, times: int = 1) -> str:
        return f"{of}{times}"


TEMPLATE = """
{%- macro cell(value) %}<{{ value }}>{% endmacro -%}
{% for n in range(2) %}{{ cell(doubled(n)) }}{{ shop.price("a", times=n) }}{% endfor %}
{{- named("here") }}{{ plain("x") }}{{ caller("y") -}}
"""


def test_each_is_called_as_it_wants_to_be() -> None:
    environment = Environment(autoescape=True)
    environment.context_class = Plainly
    environment.globals.update(
        doubled=doubled, named=named, shop=Shop(), plain=lambda word: word * 2, caller=str.upper
    )
    assert environment.from_string(TEMPLATE).render(here="&") == "<0>a0<2>a1&amp;xxY"
