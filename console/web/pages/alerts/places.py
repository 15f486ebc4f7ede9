"""What an alert is about, in the names of the register and of the systems."""

from collections.abc import Callable, Mapping

from console.web.language import Speaker
from console.web.pages.today.regions import names
from console.web.site import Site

TABLES = {"service": "services", "organisation": "organisations", "region": "regions"}
HIDDEN = frozenset({"kind", "alert", "number"})
"""Labels that the alert's name and sentence say already."""
Labels = Mapping[str, str]


def places(site: Site, say: Speaker) -> Callable[[Labels | None], str]:
    """A way to say labels in one line: service, body, region, then the others."""
    known = {label: names(site, table) for label, table in TABLES.items()}
    systems = site.environment.systems

    def name(label: str, code: str) -> str:
        if label in known:
            return say.name(known[label].get(code), code)
        if label == "system" and code in systems:
            return say.name(systems[code].names, code)
        return code

    def place(labels: Labels | None) -> str:
        shown = [label for label in labels or {} if label not in HIDDEN]
        others = sorted((each for each in shown if each not in TABLES), key=_first)
        order = [*TABLES, *others]
        found = [name(label, labels[label]) for label in order if labels and labels.get(label)]
        return ", ".join(dict.fromkeys(found))

    return place


def _first(label: str) -> tuple[bool, str]:
    """The system before its parts."""
    return label != "system", label
