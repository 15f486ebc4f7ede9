"""Which kind of candidate a function is, and how sure that is before any decision."""

from collections.abc import Sequence

from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.likeness import Likeness
from models.environment.hidden_services import HiddenServices

TEST = "test_traffic"
NAMELESS = 0.5
"""How likely what has no name is absent: it could not be compared, so neither is claimed."""


def kind_and_score(
    observed: Sequence[Observed],
    likeness: Likeness,
    p_absent: float | None,
    settings: HiddenServices,
) -> tuple[str, float]:
    """The kind and the probability that it is that, 0 to 1."""
    service = likeness.probability
    absent = NAMELESS if p_absent is None else p_absent
    if any(each.sign == TEST for each in likeness.signs):
        return "test", 1 - service
    if not _may_be_service(likeness, settings):
        return "internal", 1 - service
    if is_refused(observed, settings):
        return "described_but_refused", service
    if absent < settings.absent:
        return "renamed", service * (1 - absent)
    return "hidden", service * absent


def _may_be_service(likeness: Likeness, settings: HiddenServices) -> bool:
    """Whether it is like a service, or something speaks for that and nothing against it.

    The latter are doubtful: they stay candidates, far down the list, for a person to look at.
    """
    if likeness.probability >= settings.service_like:
        return True
    weights = [each.weight for each in likeness.signs]
    return bool(weights) and min(weights) > 0


def is_refused(observed: Sequence[Observed], settings: HiddenServices) -> bool:
    """Whether nearly all uses of it ended in a refusal, and enough of them did."""
    counted = [each for each in observed if each.volume and each.refused is not None]
    volume = sum(each.volume or 0 for each in counted)
    refused = sum(each.refused or 0 for each in counted)
    rules = settings.refusals
    return volume >= rules.at_least and refused >= rules.share * volume
