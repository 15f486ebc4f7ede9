"""What a good application looks like."""

from expectations.common import known, required, typed, unique
from expectations.rules import RowRule
from models.datasets import APPLICATIONS

CLOCK_SKEW = "interval '5 minutes'"
"""How far a system's clock may be ahead of ours."""

RULES: tuple[RowRule, ...] = (
    required("A01", APPLICATIONS),
    typed("A02"),
    RowRule(
        "A04",
        "error",
        "The service is known to the register",
        "s.service IS NOT NULL AND s.service NOT IN (SELECT code FROM services)",
        "s.service",
    ),
    RowRule(
        "A05",
        "error",
        "An application is not received in the future",
        f"s.received_at > CAST(:now AS timestamptz) + {CLOCK_SKEW}",
        "'received ' || s.received_at",
    ),
    RowRule(
        "A06",
        "error",
        "An application is not completed before it was received",
        "s.completed_at < s.received_at",
        "format('received %s, completed %s', s.received_at, s.completed_at)",
        firm=True,
    ),
    unique("A07", APPLICATIONS),
    known("A08", "channel", "channels"),
    known("A09", "region", "regions", "warning"),
    RowRule(
        "A10",
        "warning",
        "The sub-type is one of its service's",
        "s.sub_type IS NOT NULL AND EXISTS (SELECT FROM services v WHERE v.code = s.service"
        " AND v.sub_types IS NOT NULL AND NOT s.sub_type = ANY(v.sub_types))",
        "s.sub_type",
    ),
    known("A11", "organisation", "organisations", "warning"),
    RowRule(
        "A12",
        "error",
        "An application was received within the calendars' days",
        "s.received_at < (SELECT max(first_day) FROM calendars)",
        "'received ' || s.received_at",
    ),
    RowRule(
        "A13",
        "error",
        "An application is not completed in the future",
        f"s.completed_at > CAST(:now AS timestamptz) + {CLOCK_SKEW}",
        "'completed ' || s.completed_at",
    ),
)
"""A03, the check digits of identifiers, depends on the source and is added by `suite`."""
