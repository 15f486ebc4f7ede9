"""Templates: strict, escaped, in the reader's language; addresses of files carry their digest."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment as Jinja
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.web.access.rights import Person
from console.web.cells import count_cell, share_cell
from console.web.labels import label, labelled
from console.web.language import NAMES, Speaker, negotiated, offered, translations
from console.web.navigation import navigation
from console.web.saying import sentence_sayer
from console.web.words import sayer, tagger
from models.environment.loader import Environment

HERE = Path(__file__).parent
STATIC = HERE / "static"
COOKIE = "tereze_language"


class Plainly(Context):
    """Calls plain functions as they are.

    A list calls a thousand of them, and Jinja asks each in several ways whether it wants to know
    where it is called.
    """

    def call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What the function answers; as Jinja calls it, where it is anything else."""
        if type(function) not in _PLAIN or hasattr(function, "jinja_pass_arg"):
            return super().call(function, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return function(*args, **kwargs)


_PLAIN = {FunctionType, MethodType, type(cache(repr))}


class Pages:
    """Renders the pages of one environment."""

    def __init__(self, environment: Environment, version: str) -> None:
        self.environment = environment
        self.version = version
        self.zone = ZoneInfo(environment.settings.timezone)
        self.languages = offered(environment.settings.languages)

    @cached_property
    def _jinja(self) -> dict[str, Jinja]:
        return {language: self._made(language) for language in self.languages}

    def _made(self, language: str) -> Jinja:
        made = Jinja(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default_for_string=True, default=True),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.context_class = Plainly
        made.install_gettext_translations(  # type: ignore[attr-defined]  # added by the extension
            translations(language), newstyle=True
        )
        say = sayer(translations(language))
        made.filters["said"] = sentence_sayer(language)
        made.globals.update(
            _=say,
            gettext=say,
            code_tag=tagger(translations(language)),
            static=static,
            plotly=plotly_address,
            count_cell=count_cell,
            share_cell=share_cell,
            navigation=navigation,
            label=label,
            labelled=labelled,
            environment=self.environment,
            languages=self.languages,
            language_names=NAMES,
            version=self.version,
        )
        return made

    def speaker(self, request: Request, person: Person | None) -> Speaker:
        """The reader's language: their own, else the cookie's, else the browser's."""
        chosen = request.cookies.get(COOKIE) or (person.language if person else None)
        if chosen not in self.languages:
            accepted = request.headers.get("accept-language", "")
            chosen = negotiated(accepted, self.languages)
        return Speaker(chosen, self.zone)

    def html(
        self,
        request: Request,
        person: Person | None,
        template: str,
        values: Mapping[str, Any],
        language: str | None = None,
    ) -> str:
        """The page as text; in the reader's language, where no other of the console's is asked."""
        known = language in self.languages
        speaker = Speaker(str(language), self.zone) if known else self.speaker(request, person)
        return (
            self._jinja[speaker.language]
            .get_template(template)
            .render(
                **values,
                request=request,
                path=request.url.path,
                here=here(request),
                person=person,
                say=speaker,
                now=datetime.now(UTC),
            )
        )

    def render(
        self,
        request: Request,
        person: Person | None,
        template: str,
        *,
        status: int = 200,
        language: str | None = None,
        **values: Any,
    ) -> Response:
        """The page as an answer; it is kept by no cache, because it is somebody's."""
        return HTMLResponse(
            self.html(request, person, template, values, language),
            status,
            headers={"Cache-Control": "no-store"},
        )


def here(request: Request) -> str:
    """The address of the page, without the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def static(name: str) -> str:
    """The address of a file in `static`, another one whenever its content is another."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


@cache
def plotly_address() -> str:
    """The address of plotly's script, another one with each version of it."""
    return f"/static/plotly.js?{version('plotly')}"
