"""What needs somebody: alerts by their groups, the gravest first, and each of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.navigation import N_
from console.web.pages.alerts.on_call import on_call
from console.web.pages.alerts.places import places
from console.web.pages.alerts.seeing import REGION, masked
from console.web.site import Here, Site
from flows.alerts.routes import SEVERITIES

router = APIRouter(prefix="/alerts")
OPEN = ("firing", "acknowledged", "silenced")
STATES = {
    "open": N_("All that goes on"),
    "firing": N_("In nobody's hands"),
    "acknowledged": N_("Somebody works on it"),
    "silenced": N_("Kept quiet"),
    "resolved": N_("Ended in the last 7 days"),
}
ORDERS = {"newest": N_("Newest first"), "oldest": N_("Oldest first")}
_GRAVITY = f"array_position(ARRAY{list(SEVERITIES)!r}, severity)"
_WHERE = f"""
    a.state = ANY(:states) AND {REGION}
    AND (a.state <> 'resolved' OR a.changed_at > CAST(:now AS timestamptz) - interval '7 days')
    AND (:name = '' OR a.name = :name) AND (:severity = '' OR a.severity = :severity)
    AND (:group = '' OR a.group_key = :group)
    AND (:system = '' OR a.labels ->> 'system' = :system)
"""
# The fingerprint has its own collation back, so that its index serves.
_GROUPS = f"""
    SELECT c.*, {{more}} FROM (
        SELECT a.name, a.severity, a.group_key, count(*) AS alerts,
            count(*) FILTER (WHERE a.state = 'firing') AS firing,
            min(a.starts_at) AS oldest, max(a.starts_at) AS newest,
            min(a.fingerprint COLLATE "C") COLLATE "default" AS fingerprint,
            CASE WHEN min(a.state COLLATE "C") = max(a.state COLLATE "C") THEN min(a.state) END
                AS state
        FROM alerts a WHERE {_WHERE} GROUP BY a.group_key, a.name, a.severity
    ) c LEFT JOIN alert_groups g ON g.group_key = c.group_key
"""
TEXT, GROUP_TEXT = "a.labels::text AS labels", "g.labels::text AS labels"
# Only on pages, where they are masked. The key is compared as the index has it, not as bytes.
_OF_FIRST = """FROM alerts a WHERE a.fingerprint = c.fingerprint COLLATE "default\""""
_WORDS = (
    f"g.labels, (SELECT sentence {_OF_FIRST}) AS sentence, (SELECT labels {_OF_FIRST}) AS first"
)
_EACH = f"""
    SELECT a.fingerprint, a.name, a.severity, a.state, a.starts_at,
        a.ends_at, a.silenced_until, coalesce(a.assignee, CASE WHEN a.state = 'acknowledged' THEN (
            SELECT actor FROM alert_changes c WHERE c.fingerprint = a.fingerprint
                AND c.became = 'acknowledged' ORDER BY c.id DESC LIMIT 1) END) AS who, {{more}}
    FROM alerts a WHERE {_WHERE}
"""
_GROUP_ORDERS = {
    "newest": f"ORDER BY firing = 0, {_GRAVITY}, newest DESC, c.group_key, c.name",
    "oldest": f"ORDER BY firing = 0, {_GRAVITY}, oldest, c.group_key, c.name",
}
_EACH_ORDERS = {
    "newest": f"ORDER BY state <> 'firing', {_GRAVITY}, starts_at DESC, fingerprint",
    "oldest": f"ORDER BY state <> 'firing', {_GRAVITY}, starts_at, fingerprint",
}


@router.get("")
def groups(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """What is told together, in one line each; who has the watch."""
    asked = _asked(site, person)
    query = f"{_GROUPS} {_GROUP_ORDERS[asked['order']]}"
    if wants_csv(site.request):
        return as_csv(site.engine, query.format(more=GROUP_TEXT), asked, "alert-groups")
    query = query.format(more=_WORDS)
    return _page(site, person, "alerts/list.html", query, asked, watches=on_call(site))


@router.get("/each")
def each(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Every alert on its own."""
    asked = _asked(site, person)
    query = f"{_EACH} {_EACH_ORDERS[asked['order']]}"
    if wants_csv(site.request):
        return as_csv(site.engine, query.format(more=TEXT), asked, "alerts")
    return _page(site, person, "alerts/each.html", query.format(more="a.labels, a.sentence"), asked)


def _asked(site: Site, person: Person) -> dict[str, Any]:
    """What the address asks for; what is none of the choices is the first of them."""
    state, order = site.query("state", "open"), site.query("order", "newest")
    state = state if state in STATES else "open"
    severity = site.query("severity")
    return {
        "state": state,
        "states": list(OPEN) if state == "open" else [state],
        "order": order if order in ORDERS else "newest",
        "severity": severity if severity in SEVERITIES else "",
        "name": site.query("name"),
        "group": site.query("group"),
        "system": site.query("system"),
        "region": person.bound_to,
        "now": site.moment,
    }


def _page(
    site: Site, person: Person, template: str, query: str, asked: Mapping[str, Any], **more: Any
) -> Response:
    with site.reading() as connection:
        found = listed(site.request, connection, query, asked)
    say = site.speaker(person)
    return site.render(
        person,
        template,
        list=found,
        asked=asked,
        states=[(code, say.say(words)) for code, words in STATES.items()],
        orders=[(code, say.say(words)) for code, words in ORDERS.items()],
        place=places(site, say),
        plain=masked(site),
        **more,
    )
