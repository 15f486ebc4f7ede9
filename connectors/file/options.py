"""What a file source may say of itself in YAML."""

from pathlib import Path, PurePath
from typing import Literal

from pydantic import Field, field_validator

from connectors.options import Options

Format = Literal["csv", "jsonl", "excel"]


class FileConnection(Options):
    """`connection:` of a system that drops files."""

    folder: Path = Field(
        description="Folder of the files, relative to the environment's folder; it may be "
        "absolute, and may name environment variables as ${NAME}."
    )


class FileRequest(Options):
    """`request:` of a source that is one file, or one file a day."""

    path: str = Field(
        min_length=1,
        description="Name of the file inside the folder, or a pattern such as land_*.csv; "
        "several files are read in the order of their names.",
    )
    format: Format | None = Field(
        default=None, description="csv, jsonl or excel; found from the name where not given."
    )
    encoding: str | None = Field(
        default=None,
        description="Encoding of the text, such as utf-8 or windows-1251; found where not given.",
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="What parts the cells of a CSV; found in the header where not given.",
    )
    sheet: str | None = Field(
        default=None, description="Name of the Excel sheet; the first one where not given."
    )
    header: int = Field(
        default=1, ge=1, description="Line (Excel: row) of the header, counted from 1."
    )
    page_size: int = Field(default=5000, ge=1, description="Records in a page.")
    cursor: Literal["field", "file_name"] = Field(
        default="field",
        description="What the cursor is compared with: the source's cursor field in each record, "
        "or the file's name; then each record has the name as the field file_name.",
    )

    @field_validator("path")
    @classmethod
    def _inside_the_folder(cls, path: str) -> str:
        if ".." in PurePath(path).parts or "**" in path:
            raise ValueError("give a name or a pattern with *, ? or […], without .. and **")
        if PurePath(path).is_absolute():
            raise ValueError("give the path inside connection.folder, not an absolute one")
        return path

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            try:
                "".encode(encoding)
            except LookupError as error:
                raise ValueError(
                    f"{encoding!r} is not a text encoding that Python knows"
                ) from error
        return encoding
