"""Cells of numbers: written in Python, since tables of them are most of what is rendered."""

from markupsafe import Markup

from console.web.language import Speaker


def count_cell(say: Speaker, value: float) -> Markup:
    """A number, with its value for charts."""
    return Markup(f'<td class="number" data-value="{value}">{say.number(value)}</td>')


def share_cell(say: Speaker, value: float | None) -> Markup:
    """A share as a percentage; a dash where there is none."""
    if value is None:
        return Markup('<td class="number">–</td>')
    return Markup(f'<td class="number" data-value="{value:.4f}">{say.share(value)}</td>')
