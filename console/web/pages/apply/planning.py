"""The dry run: what would be done, in words that the applicant can take home."""

from starlette.responses import Response

from console.web.access.rights import Person
from console.web.pages.apply.choices import languages
from console.web.pages.apply.filled import Filled
from console.web.site import Site
from flows.composite_services.dry_run.look_up import LookedUp, look_up
from flows.composite_services.dry_run.page import Words
from flows.composite_services.dry_run.plan import plan
from models.environment.composite_steps import CallStep
from models.environment.composites import Composite
from models.masking import Masker


def plan_page(
    site: Site,
    person: Person,
    definition: Composite,
    filled: Filled,
    words: str = "",
    basis: str = "",
    typed: str = "",
) -> Response:
    """The page, in `words` (a language), else in the applicant's language.

    With a basis, which is the person's consent, it is looked up what the state knows; one that is
    only `typed` so far stands in its field.

    Raises:
        TerezeError: it cannot be worked out: what was found, and what to do.
    """
    spoken = dict(languages(site))
    language = words if words in spoken else filled.language
    data = filled.data(definition.form.fields)
    known = LookedUp()
    if basis:
        known = look_up(
            site.engine,
            site.environment,
            definition.composite,
            data,
            actor=person.actor,
            basis=Masker(site.environment.settings.identifiers).mask(basis),
        )
    with site.counting() as connection:
        found = plan(
            connection,
            site.environment,
            definition.composite,
            data,
            language=language,
            moment=site.moment,
            channel=filled.channel or None,
            looked_up=known.results,
        )
    return site.render(
        person,
        "apply/plan.html",
        plan=found,
        words=Words(found, site.environment.settings.timezone),
        filled=filled,
        spoken=languages(site),
        can_look_up=not basis and any(_only_reads(definition, each) for each in definition.steps),
        typed=typed,
        unanswered=[(definition.steps[step].names, why) for step, why in known.unanswered.items()],
    )


def _only_reads(definition: Composite, step: str) -> bool:
    found = definition.steps[step]
    return isinstance(found, CallStep) and not found.lasting and not found.requires
