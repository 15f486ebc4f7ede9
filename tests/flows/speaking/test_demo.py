"""All that a first round of the demo wrote down for staff is said in every language.

`of_the_demo.txt` has one of each kind of the sentences that `tereze demo --once` left in the
tables of alerts, findings, evidence, pulls, probes, jobs and reviews; what people wrote is not
among them.
"""

from pathlib import Path

import pytest

from flows.speaking.catalogs import languages
from flows.speaking.sentences import said

WRITTEN = Path(__file__).with_name("of_the_demo.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("language", languages())
def test_nothing_of_the_demo_stays_in_english(language: str) -> None:
    assert len(WRITTEN) > 30
    left = [sentence for sentence in WRITTEN if said(sentence, language).language != language]
    assert left == []


@pytest.mark.parametrize("language", languages())
def test_nothing_of_it_is_quoted(language: str) -> None:
    """Quoted is what fits no template: of the demo's own words nothing is."""
    quoted = [sentence for sentence in WRITTEN if "«" in said(sentence, language).words]
    assert quoted == []
