"""The funnel as one HTML file that needs no network: a chart, and the table behind it."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.hidden_services.funnel import STAGES, Step, totals
from models.errors import CouldNotRun

_WORDS = {
    "found": "Found",
    "confirmed": "Confirmed",
    "proposed": "Proposed",
    "entered": "Entered",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px system-ui,sans-serif;margin:2rem;max-width:70rem}}
table{{border-collapse:collapse}}td,th{{padding:.3rem .8rem;border-bottom:1px solid #ddd}}
td+td{{text-align:right}}td:nth-child(2){{text-align:left}}</style></head>
<body><h1>{title}</h1>{charts}<table><thead><tr><th>Body</th><th>Month</th>{stages}</tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""


def write_chart(to: Path, steps: Sequence[Step], bodies: Mapping[str, str], title: str) -> None:
    """Write the file; `bodies` are names of organisations by code.

    Raises:
        CouldNotRun: the file cannot be written.
    """
    page = _PAGE.format(
        title=html.escape(title),
        charts=_charts(steps),
        stages="".join(f"<th>{words}</th>" for words in _WORDS.values()),
        rows="".join(_row(step, bodies) for step in steps),
    )
    try:
        to.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CouldNotRun(
            f"Writing {to}", error.strerror or "it cannot be written", "Give another file"
        ) from error


def _charts(steps: Sequence[Step]) -> str:
    import plotly.graph_objects as go  # slow to import, and only this command needs it

    whole = totals(list(steps))
    months = sorted({step.month for step in steps})
    funnel = go.Figure(
        go.Funnel(y=[_WORDS[s] for s in STAGES], x=[whole[s] for s in STAGES], textinfo="value")
    )
    by_month = go.Figure(
        [
            go.Bar(
                name=_WORDS[stage],
                x=[f"{month:%Y-%m}" for month in months],
                y=[
                    sum(getattr(step, stage) for step in steps if step.month == month)
                    for month in months
                ],
            )
            for stage in STAGES
        ]
    )
    by_month.update_layout(barmode="group", title="By month", xaxis_type="category")
    funnel.update_layout(title="All together")
    # The first brings plotly's JavaScript along, the second uses it: nothing is fetched.
    first = funnel.to_html(full_html=False, include_plotlyjs=True)
    return f"{first}{by_month.to_html(full_html=False, include_plotlyjs=False)}"


def _row(step: Step, bodies: Mapping[str, str]) -> str:
    body = bodies.get(step.organisation, step.organisation or "nobody named")
    counts = "".join(f"<td>{getattr(step, stage):,}</td>" for stage in STAGES)
    return f"<tr><td>{html.escape(body)}</td><td>{step.month:%Y-%m}</td>{counts}</tr>"
