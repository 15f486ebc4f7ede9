"""Codes of the database in words; what has no words here is shown as it is."""

from collections.abc import Collection

from console.web.composite_labels import TABLES as OF_APPLICATIONS
from console.web.delay_labels import TABLES as OF_DELAYS
from console.web.language import Speaker
from console.web.navigation import N_
from console.web.source_labels import TABLES as OF_SOURCES
from console.web.watch_labels import TABLES as OF_THE_WATCH

Label = tuple[str, str]
"""Words, and a tone: good, warn, bad or calm."""

CANDIDATE_KINDS: dict[str, Label] = {
    "hidden": (N_("Hidden service"), "warn"),
    "renamed": (N_("Known under another name"), "calm"),
    "dormant": (N_("Asleep"), "calm"),
    "described_but_refused": (N_("Described, and nearly always refused"), "warn"),
    "internal": (N_("No service"), "calm"),
    "test": (N_("Test traffic"), "calm"),
}
CANDIDATE_STATES: dict[str, Label] = {
    "new": (N_("New"), "warn"),
    "under_review": (N_("Under review"), "calm"),
    "confirmed": (N_("Confirmed"), "calm"),
    "proposed": (N_("Proposed"), "calm"),
    "entered": (N_("Entered"), "good"),
    "renamed": (N_("Known under another name"), "good"),
    "internal": (N_("No service"), "good"),
    "rejected": (N_("Rejected"), "good"),
}
SEVERITIES: dict[str, Label] = {
    "critical": (N_("Critical"), "bad"),
    "warning": (N_("Warning"), "warn"),
    "info": (N_("For information"), "calm"),
}
SYSTEM_STATES: dict[str, Label] = {
    "failing": (N_("Failing"), "bad"),
    "suspected": (N_("May be failing"), "warn"),
    "not_looked_at": (N_("Not looked at"), "warn"),
    "maintenance": (N_("Maintenance"), "calm"),
    "ok": (N_("Works"), "good"),
}
CAUSES: dict[str, Label] = {
    "late_at_body": (N_("A body took too long"), "calm"),
    "late_hand_over": (N_("The result reached the office too late"), "calm"),
    "outage": (N_("A system was away"), "calm"),
    "missing_documents": (N_("Documents were missing"), "calm"),
    "own_staff": (N_("The office took too long"), "calm"),
    "registration_late": (N_("Registered too late"), "calm"),
    "data_wrong": (N_("The data contradict each other"), "calm"),
    "tereze": (N_("Held in Tereze"), "calm"),
    "not_known": (N_("Not known"), "calm"),
}
TABLES: dict[str, dict[str, Label]] = {
    **OF_THE_WATCH,
    **OF_SOURCES,
    **OF_APPLICATIONS,
    **OF_DELAYS,
    "cause": CAUSES,
    "severity": SEVERITIES,
    "system_state": SYSTEM_STATES,
    "candidate_kind": CANDIDATE_KINDS,
    "candidate_state": CANDIDATE_STATES,
}


def label(table: str, code: str) -> Label:
    """The words of a code, untranslated, and its tone."""
    return TABLES[table].get(code, (code, "calm"))


def labelled(
    table: str, speaker: Speaker, only: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """Codes with their words in the reader's language, for a choice; all, or only some."""
    known = TABLES[table]
    codes = known if only is None else only
    return [(code, speaker.say(label(table, code)[0])) for code in codes]
