"""JSON Schemas of an environment's files, and the environments that come with Tereze."""

from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from models.environment.document import read
from models.environment.loader import FILES, FOLDERS, MAIN
from models.errors import CouldNotRun

ENVIRONMENTS = Path(__file__).resolve().parents[1] / "deployments" / "environments"


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file, by its name; `source.yaml` stands for sources/*.yaml."""
    folders = {f"{key}.yaml": model for key, model in FOLDERS.values()}
    models: dict[str, type[BaseModel]] = {**FILES, **folders}
    return {name: model.model_json_schema(by_alias=True) for name, model in models.items()}


def write(folder: Path) -> list[Path]:
    """Write each schema as `<kind>.schema.json` and answer the files.

    Raises:
        CouldNotRun: the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas().items():
            path = folder / f"{Path(name).stem}.schema.json"
            path.write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2) + b"\n")
            written.append(path)
    except OSError as error:
        raise CouldNotRun(
            f"Writing schemas into {folder}", str(error), "Give `--to` a folder you may write"
        ) from error
    return written


def environments() -> list[dict[str, str]]:
    """Name, title and folder of each; a file that cannot be read shows without its title."""
    found = []
    for main in sorted(ENVIRONMENTS.glob(f"*/{MAIN}")):
        data = read(main, MAIN).data
        title = data.get("title", "") if isinstance(data, dict) else ""
        found.append({"name": main.parent.name, "title": title, "folder": str(main.parent)})
    return found
