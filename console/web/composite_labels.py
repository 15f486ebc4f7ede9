"""Applications, their steps and cases: codes of the database in words, each with its tone."""

from console.web.navigation import N_

Words = dict[str, tuple[str, str]]

APPLICATION_STATES: Words = {
    "running": (N_("Under way"), "calm"),
    "waiting": (N_("Waits for a body"), "calm"),
    "held": (N_("A system is away; it goes on by itself"), "warn"),
    "person": (N_("An office has to help"), "warn"),
    "cancelling": (N_("Is being taken back"), "warn"),
    "done": (N_("Done"), "good"),
    "partly": (N_("Done in part"), "warn"),
    "refused": (N_("Refused"), "bad"),
    "cancelled": (N_("Taken back"), "calm"),
    "ended": (N_("Ended"), "calm"),
}
"""States, and outcomes of what has ended."""
STEP_STATES: Words = {
    "pending": (N_("Comes later"), "calm"),
    "ready": (N_("Its turn"), "calm"),
    "calling": (N_("Being asked"), "calm"),
    "waiting": (N_("Waits for the body"), "calm"),
    "held": (N_("Its system is away"), "warn"),
    "person": (N_("An office has to help"), "warn"),
    "done": (N_("Done"), "good"),
    "refused": (N_("Refused"), "bad"),
    "skipped": (N_("Not needed"), "calm"),
    "dropped": (N_("Not done"), "calm"),
    "undoing": (N_("Is being taken back"), "warn"),
    "undone": (N_("Taken back"), "calm"),
}
CASE_KINDS: Words = {
    "assistance": (N_("Help needed"), "warn"),
    "task": (N_("Task"), "calm"),
    "letter": (N_("Letter to write"), "calm"),
    "incident": (N_("Could not be taken back"), "bad"),
}
CASE_STATES: Words = {
    "open": (N_("Open"), "warn"),
    "resolved": (N_("Settled"), "good"),
    "withdrawn": (N_("No longer needed"), "calm"),
}
FATES: Words = {
    "awaited": (N_("Awaited, then taken back"), "calm"),
    "with_staff": (N_("An office finds out"), "warn"),
    "undone": (N_("Taken back"), "good"),
    "letter": (N_("Taken back by a letter"), "warn"),
    "stays": (N_("Stays as it is"), "bad"),
    "dropped": (N_("Not done at all"), "calm"),
}
TERMS: Words = {
    "on_time": (N_("On time"), "good"),
    "late": (N_("Late"), "bad"),
    "open": (N_("Open, in time"), "calm"),
    "at_risk": (N_("Open, at risk"), "warn"),
    "overdue": (N_("Open, overdue"), "bad"),
    "no_standard": (N_("No term in the register"), "calm"),
}
PARTIES: Words = {
    "body": (N_("a body"), "calm"),
    "office": (N_("an office"), "calm"),
    "applicant": (N_("the applicant"), "calm"),
    "tereze": (N_("Tereze"), "calm"),
    "outage": (N_("an outage"), "calm"),
    "unknown": (N_("nobody knows"), "calm"),
}
"""Whose working time it was."""
EVENTS: Words = {
    "received": (N_("Received"), "calm"),
    "registered": (N_("Registered"), "calm"),
    "stage": (N_("Handed on"), "calm"),
    "stopped": (N_("Clock stopped"), "calm"),
    "restarted": (N_("Clock goes on"), "calm"),
    "completed": (N_("Completed"), "calm"),
}
TABLES: dict[str, Words] = {
    "application_state": APPLICATION_STATES,
    "step_state": STEP_STATES,
    "case_kind": CASE_KINDS,
    "case_state": CASE_STATES,
    "fate": FATES,
    "term": TERMS,
    "party": PARTIES,
    "event": EVENTS,
}
