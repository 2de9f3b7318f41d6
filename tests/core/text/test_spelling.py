"""Did-you-mean: helps with what people mistype and keeps silent otherwise."""

from __future__ import annotations

import pytest

from watcher.core.text.spelling import did_you_mean, nearest

WORDS = {"words", "near", "event", "place", "money", "severity", "material", "status", "title", "keep_articles"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("wrods", "words"),
        ("stauts", "status"),
        ("titel", "title"),
        ("mineral", "material"),
        ("Severity", "severity"),
        ("keep-articles", "keep_articles"),
        ("xyz", None),
        ("on", None),
        ("", None),
        ("w" * 500, None),
    ],
)
def test_only_a_near_word_is_proposed(word, meant):
    assert nearest(word, WORDS) == meant


def test_the_tail_is_ready_for_a_message():
    assert did_you_mean("wrods", WORDS) == ', did you mean "words"?'
    assert did_you_mean("xyz", WORDS) == ""
    assert did_you_mean("a", ()) == ""


def test_a_tie_falls_to_the_first_in_the_alphabet():
    assert nearest("cat", {"car", "bat", "cab"}) == "bat"
