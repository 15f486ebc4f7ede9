"""What a good observation of a function looks like."""

from expectations.applications import CLOCK_SKEW
from expectations.common import known, required, typed, unique
from expectations.rules import RowRule
from models.datasets import OBSERVED_FUNCTIONS
from models.hidden_services import OBSERVED_KINDS

RULES: tuple[RowRule, ...] = (
    required("H01", OBSERVED_FUNCTIONS),
    typed("H02"),
    unique("H03", OBSERVED_FUNCTIONS),
    RowRule(
        "H04",
        "error",
        f"The kind of an observation is one of {', '.join(OBSERVED_KINDS)}",
        f"s.kind NOT IN ({', '.join(repr(kind) for kind in OBSERVED_KINDS)})",
        "s.kind",
        firm=True,
    ),
    RowRule(
        "H05",
        "error",
        "Counts are not negative, and no more is refused than was asked",
        "least(s.volume, s.recipients, s.refused) < 0 OR s.refused > s.volume",
        "format('volume %s, recipients %s, refused %s', s.volume, s.recipients, s.refused)",
    ),
    RowRule(
        "H06",
        "error",
        "A function is not seen in the future, nor last before it was first seen",
        f"s.last_seen > CAST(:now AS timestamptz) + {CLOCK_SKEW} OR s.last_seen < s.first_seen",
        "format('first %s, last %s', s.first_seen, s.last_seen)",
    ),
    RowRule(
        "H07",
        "error",
        "Names and fields hold no number as long as a person's",
        r"concat_ws(' ', s.names::text, s.fields::text, s.documents::text) ~ '\d{10}'",
        firm=True,
    ),
    known("H08", "organisation", "organisations", "warning"),
)
