from __future__ import annotations

import codecs
import json
import tarfile

import pytest

from tests.sources.make import document
from watcher.core.errors import ParseError
from watcher.sources.lists.jsontext import read_json

LENIENT = 17
"""Files that are no JSON only by an escape or a control sign inside a string: such are repaired."""


def read(body: bytes | str) -> object:
    return read_json(document(body))


def test_json_that_is_right_is_read_and_json_that_is_not_is_refused(shared):
    wrong, repaired, right = [], [], 0
    with tarfile.open(shared / "hostile" / "json_test_parsing.tar.xz") as samples:
        for member in samples:
            name = member.name.rpartition("/")[2]
            file = samples.extractfile(member) if member.isfile() else None
            if file is None or not name.endswith(".json"):
                continue
            try:
                value = read(file.read())
                json.dumps(value, ensure_ascii=False).encode()  # what can be stored
            except ParseError:
                wrong += [name] if name.startswith("y_") else []
            else:
                repaired += [name] if name.startswith("n_") else []
                right += name.startswith("y_")

    assert wrong == []
    assert right == 95
    assert len(repaired) == LENIENT
    assert all(name.startswith("n_string_") for name in repaired)


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + '["é"]'.encode(),
        codecs.BOM_UTF16_LE + '["é"]'.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + '["é"]'.encode("utf-16-be"),
        b' \n["\\u00e9"]\n',
    ],
)
def test_byte_order_marks_are_understood(body):
    assert read(body) == ["é"]


def test_escapes_that_escape_nothing_lose_their_backslash_only():
    assert read(r'{"a": "5\% of \\d \"x\" \/ \u00e9 \ud83d\ude00 \' \u12"}') == {"a": '5% of \\d "x" / é 😀 \' u12'}


def test_half_a_sign_is_replaced():
    assert read(r'["\ud83d!", "\ude00", "\\ud83d", "\ud83d\ude00"]') == ["\ufffd!", "\ufffd", r"\ud83d", "😀"]


def test_numbers_too_long_to_be_numbers_stay_text():
    assert read(f"[{'9' * 5_000}, 12]") == ["9" * 5_000, 12]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty reply"),
        (b" \n", "an empty reply"),
        ("Your query was too short.", r'"Your query was too short\." came instead'),
        ("<html><script>var a = '<b>';</script><p>Blocked</p></html>", '"Blocked" came instead'),
        ("<!doctype html><title>Log  in</title>", 'a page titled "Log in" came instead'),
        ("x" * 500, 'x…" came instead'),
        ('{"a": 1', "Expecting"),
        ("[" * 100_000, "nested too deeply"),
        ("[NaN]", "NaN is not JSON"),
    ],
)
def test_what_came_instead_is_told(body, words):
    with pytest.raises(ParseError, match=words):
        read(body)
