"""Which files a request means, in the order of their names."""

import os
import re
from pathlib import Path, PurePath

from connectors.errors import RetryLater, WillNeverWork
from connectors.file.options import FileRequest, Format
from models.errors import ConfigurationError

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "excel",
    ".xlsm": "excel",
}


def resolve_folder(folder: Path, environment: Path) -> Path:
    """The folder with its variables filled in, starting at the environment's folder.

    Raises:
        ConfigurationError: a variable is not set; names it.
    """
    filled = os.path.expandvars(folder)
    if missing := re.search(r"\$\{?(\w+)\}?", filled):
        raise ConfigurationError(
            f"Finding the folder {folder}",
            f"the environment variable {missing[1]} is not set",
            f"Set it for this process, for example `export {missing[1]}=…`",
        )
    return environment / filled


def list_files(folder: Path, pattern: str) -> list[Path]:
    """The file of this name, or those that fit the pattern, in the order of their names.

    Hidden files and Excel's locks (`~$…`) are left out: a body writes under such a name first.

    Raises:
        RetryLater: there is none (yet), or the folder is not there.
    """
    tried = f"Looking for {pattern} in {folder}"
    if not folder.is_dir():
        raise RetryLater(
            tried, "the folder is not there", "See that it is mounted and spelled as in the YAML"
        )
    named = folder / pattern
    files = [named] if named.is_file() else [path for path in folder.glob(pattern) if _counts(path)]
    if not files:
        raise RetryLater(
            tried,
            "there is no such file",
            "The body has not dropped it yet; it is looked for again at the next pull",
        )
    return sorted(files, key=lambda path: (path.name, path))


def _counts(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$"))


def format_of(path: Path, request: FileRequest) -> Format:
    """The declared format, or the one that the name ends with.

    Raises:
        WillNeverWork: the name ends with none of the known endings.
    """
    if request.format:
        return request.format
    ending = PurePath(path.name.lower().removesuffix(".gz")).suffix
    if ending not in _FORMATS:
        raise WillNeverWork(
            f"Reading the file {path.name}",
            f"the ending {ending!r} does not say what is in it",
            "Declare it: `format: csv`, `jsonl` or `excel`",
        )
    return _FORMATS[ending]
