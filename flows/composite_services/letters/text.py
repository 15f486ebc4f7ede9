"""The letter that asks an organisation to take a step back."""

from collections import defaultdict
from dataclasses import dataclass

from flows.composite_services.loading import Loaded, in_language
from flows.composite_services.words import said
from models.environment.composite_steps import UndoByLetter
from models.errors import ConfigurationError


@dataclass(frozen=True)
class Letter:
    """A letter: the organisation's code, the text, and what the office does with it."""

    to: str
    text: str
    todo: str


def letter_of(loaded: Loaded, step: str, language: str) -> Letter:
    """The letter of a step that is undone by one.

    The text is the definition's, with the application's number and the body's own reference;
    a reference that the body never gave is a dash.

    Raises:
        ConfigurationError: the step is not undone by a letter.
    """
    undo = getattr(loaded.step(step), "undo", None)
    if not isinstance(undo, UndoByLetter):
        raise ConfigurationError(
            f"Writing the letter for {step} of the application {loaded.row['number']}",
            "this step is not undone by a letter",
            "`tereze application show NUMBER` tells how its steps are undone",
        )
    values = defaultdict(lambda: "—", number=loaded.row["number"])
    if reference := loaded.steps[step]["reference"]:
        values["reference"] = reference
    text = in_language(undo.text, language).format_map(values)
    return Letter(undo.to, text, said("todo_letter", language, to=undo.to))
