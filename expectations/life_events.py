"""What a good life event, and a good consent, look like."""

from expectations.applications import CLOCK_SKEW
from expectations.common import required, typed, unique
from expectations.rules import RowRule
from models.datasets import CONSENTS as CONSENTS_DATASET
from models.datasets import LIFE_EVENTS

RULES: tuple[RowRule, ...] = (
    required("L01", LIFE_EVENTS),
    typed("L02"),
    unique("L03", LIFE_EVENTS),
    RowRule(
        "L04",
        "error",
        "A life event is not in the future",
        f"s.happened_at > CAST(:now AS timestamptz) + {CLOCK_SKEW}",
        "s.happened_at::text",
    ),
    RowRule(
        "L05",
        "error",
        "The details of a life event are a JSON object",
        r"s.details !~ '^\s*[{].*[}]\s*$'",
        "'it does not begin and end with braces'",
        firm=True,
    ),
)
CONSENTS: tuple[RowRule, ...] = (
    required("N01", CONSENTS_DATASET),
    typed("N02"),
    unique("N03", CONSENTS_DATASET),
    RowRule(
        "N04",
        "error",
        "A consent is not given in the future, nor withdrawn before it was given",
        f"s.given_at > CAST(:now AS timestamptz) + {CLOCK_SKEW} OR s.withdrawn_at < s.given_at",
        "format('given %s, withdrawn %s', s.given_at, s.withdrawn_at)",
    ),
    RowRule(
        "N05",
        "warning",
        "A telephone number has its country code, like +77010000000",
        r"s.phone !~ '^[+][1-9][0-9]{7,14}$'",
    ),
)
