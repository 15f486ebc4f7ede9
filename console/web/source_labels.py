"""Codes of sources, their pulls, held rows and contracts in words."""

from console.web.navigation import N_

Label = tuple[str, str]
"""Words, and a tone."""

FRESHNESS: dict[str, Label] = {
    "fresh": (N_("Fresh"), "good"),
    "stale": (N_("Stale"), "bad"),
    "never": (N_("Never pulled"), "warn"),
    "on_demand": (N_("Pulled when asked for"), "calm"),
}
PULL_STATES: dict[str, Label] = {
    "running": (N_("Goes on"), "calm"),
    "succeeded": (N_("Done"), "good"),
    "completed": (N_("Done"), "good"),
    "failed": (N_("Failed"), "bad"),
    "cancelled": (N_("Another was going on"), "calm"),
    "lost": (N_("Ended without a word"), "bad"),
}
PULL_KINDS: dict[str, Label] = {
    "pull": (N_("Pull"), "calm"),
    "backfill": (N_("Backfill"), "calm"),
    "release": (N_("Release"), "calm"),
}
PULL_REASONS: dict[str, Label] = {
    "done": (N_("All stored or held back"), "good"),
    "busy": (N_("Another was going on"), "calm"),
    "unreachable": (N_("The system could not be read"), "bad"),
    "refused": (N_("The system refused the request"), "bad"),
    "wrong_answer": (N_("The answer cannot be read"), "bad"),
    "stopped": (N_("A critical rule stopped the batch"), "bad"),
    "not_judged": (N_("What came could not be judged"), "bad"),
    "interrupted": (N_("Interrupted"), "bad"),
    "misconfigured": (N_("The configuration does not fit"), "bad"),
}
CONTRACT_STATES: dict[str, Label] = {
    "as_accepted": (N_("As accepted"), "good"),
    "differs": (N_("Differs"), "warn"),
    "unreadable": (N_("Cannot be read"), "bad"),
    "not_read": (N_("Not read yet"), "calm"),
}
HELD_STATES: dict[str, Label] = {
    "held": (N_("Held"), "warn"),
    "released": (N_("Released"), "good"),
    "superseded": (N_("A good one came"), "good"),
}
TABLES: dict[str, dict[str, Label]] = {
    "freshness": FRESHNESS,
    "pull_state": PULL_STATES,
    "pull_kind": PULL_KINDS,
    "pull_reason": PULL_REASONS,
    "contract_state": CONTRACT_STATES,
    "held_state": HELD_STATES,
}
