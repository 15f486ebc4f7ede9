"""What may be logged of an error that nobody foresaw: its kind, and where it came to be."""

import traceback
from pathlib import Path


def places(error: BaseException) -> str:
    """The error's type and the places of its traceback, the innermost last.

    Its words are left out, and so are those of its causes: an exception's text may carry what was
    sent or answered, such as the parameters of a statement.
    """
    frames = traceback.extract_tb(error.__traceback__)
    found = [f"{Path(each.filename).name}:{each.lineno}, in {each.name}" for each in frames]
    kinds = [type(each).__name__ for each in _with_causes(error)]
    return f"{' after '.join(kinds)} ({'; '.join(found)})"


def _with_causes(error: BaseException) -> list[BaseException]:
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) is not None:
        if before in found:
            break
        found.append(before)
    return found
