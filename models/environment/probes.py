"""Probes: a module says how to look, a target what to look at, as in blackbox_exporter."""

from pydantic import Field

from models.environment.values import Strict


class Target(Strict):
    """One thing of a system that is looked at."""

    module: str = Field(description="Its name in probes.yaml")
    target: str = Field(description="An address, as the module's kind reads it")
