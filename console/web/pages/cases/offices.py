"""Whoever may help, by code: offices, and bodies."""

from typing import Any

from console.web.pages.today.regions import names
from console.web.site import Site


def offices(site: Site) -> dict[str, Any]:
    """Names of offices and organisations; of a code that both have, the office's."""
    return {**names(site, "organisations"), **names(site, "offices")}
