"""Encodings: found, and named when they are not the declared one."""

import codecs

import pytest

from connectors.errors import WrongAnswer
from tests.connectors.file.conftest import Read

TEXT = "номер;услуга;область\n" + "".join(
    f"{number};Выдача справки о наличии имущества;Алматинская область\n" for number in range(30)
)
FOUND = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1251", "koi8-r", "cp866"]


@pytest.mark.parametrize("encoding", FOUND)
def test_the_encoding_is_found(read: Read, encoding: str) -> None:
    records = read("x.csv", TEXT.encode(encoding))
    assert len(records) == 30
    assert records[0]["услуга"] == "Выдача справки о наличии имущества"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
def test_big_endian_files_are_found_by_their_mark(read: Read, mark: bytes) -> None:
    encoding = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-32-be"
    assert len(read("x.csv", mark + TEXT.encode(encoding))) == 30


def test_letters_far_behind_the_beginning_count(read: Read) -> None:
    content = b"a;b\n" + b"plain;text\n" * 200_000 + "справка;область\n".encode("cp1251") * 30
    assert read("x.csv", content)[-1] == {"a": "справка", "b": "область"}


DECLARED = [
    # written, declared, likely
    ("windows-1251", "utf-8", "windows-1251"),
    ("utf-8", "windows-1251", "utf-8"),
    ("koi8-r", "windows-1251", "koi8_r"),
    ("cp866", "windows-1251", "cp866"),
    ("windows-1251", "koi8-r", "windows-1251"),
    ("utf-8-sig", "windows-1251", "utf-8"),
    ("utf-16", "utf-8", "utf-16"),
]


@pytest.mark.parametrize(("written", "declared", "likely"), DECLARED)
def test_a_wrong_declaration_names_the_likely_one(
    read: Read, written: str, declared: str, likely: str
) -> None:
    with pytest.raises(WrongAnswer) as caught:
        read("land.csv", TEXT.encode(written), encoding=declared)
    assert f"land.csv as {declared}" in caught.value.tried
    assert f"likely {likely}" in caught.value.next_step


RIGHT = ["utf-8", "utf-8-sig", "UTF8", "windows-1251", "cp1251", "koi8-r", "cp866", "utf-16"]


@pytest.mark.parametrize("encoding", RIGHT)
def test_a_right_declaration_is_believed(read: Read, encoding: str) -> None:
    assert len(read("x.csv", TEXT.encode(encoding), encoding=encoding)) == 30


def test_utf8_may_be_declared_with_or_without_mark(read: Read) -> None:
    assert len(read("x.csv", TEXT.encode("utf-8-sig"), encoding="utf-8")) == 30
    assert len(read("x.csv", TEXT.encode("utf-8"), encoding="utf-8-sig")) == 30


def test_few_letters_are_no_reason_to_doubt(read: Read) -> None:
    assert len(read("x.csv", "№;b\n1;«x»\n".encode("cp1251"), encoding="windows-1251")) == 1


def test_the_offset_and_the_line_of_the_first_wrong_byte_are_named(read: Read) -> None:
    good = "a;b\n1;қала\n".encode()
    content = good * 1 + b"2;x\n" * 400_000 + b"3;\xe1\xee\xeb\n"
    offset = content.index(b"\xe1\xee\xeb")
    with pytest.raises(WrongAnswer, match=f"byte 0xe1 at offset {offset}, line 400003,"):
        read("x.csv", content, encoding="utf-8")


def test_a_letter_cut_off_at_the_end_is_seen(read: Read) -> None:
    with pytest.raises(WrongAnswer, match=r"at offset 7, line 2,.* is not utf-8"):
        read("x.csv", "a;b\n1;ә".encode()[:-1], encoding="utf-8")
