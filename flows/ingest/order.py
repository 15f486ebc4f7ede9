"""In which order sources are pulled when all are: what is referred to before what refers to it."""

from collections.abc import Iterable

from models.environment.sources import Source

RANKS = (
    ("organisations", "regions", "channels"),
    ("services", "offices"),
    ("standards",),
    ("applications",),
    ("application_events",),
)
"""Datasets by rank: an application whose service is not known yet would go into quarantine."""


def in_order(sources: Iterable[Source]) -> list[list[str]]:
    """The names of the sources, rank by rank; those of one rank may be pulled at once."""
    listed = sorted(sources, key=lambda each: each.source)
    known = {dataset for rank in RANKS for dataset in rank}
    ranked = [[each.source for each in listed if each.dataset in rank] for rank in RANKS]
    ranked.append([each.source for each in listed if each.dataset not in known])
    return [rank for rank in ranked if rank]
