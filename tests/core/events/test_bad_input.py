"""Texts that say nothing, or far too much, give an empty and honest account in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.events.small import account, reading, small
from watcher.core.events.model import Genre
from watcher.core.events.recognise import trace

_SOME = (
    *("MOFCOM", "ministry", "announces", "suspends", "may", "not", "export", "controls", "licence", "price", "floor"),
    *("sets", "tin", "shares", "jump", "opinion", "study", "last", "year", "2021", "?", ",", "and", "after", "to"),
    *("出口管制", "公布", "此前", "輸出規制", "強化", "de", "\n", "🙂", "™", "İ", "ﬁ"),
)
_WORDS = st.sampled_from(_SOME)


@pytest.mark.parametrize("title", ["", "Tin", "12 345 6.7 %", "???", "\u200b", "🙂", "出", "Ａ", "a" * 1_000])
@pytest.mark.parametrize("language", ["", "en", "zh", "und", "xx"])
def test_a_word_a_number_or_nothing_tells_no_event(title, language):
    found = account(title, language=language)

    assert (found.genre, found.events) == (Genre.REPORT, ())


def test_an_article_of_nothing_has_an_empty_account():
    assert trace(reading(""), small(), ()).account.events == ()


_SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "piece",
    [
        "出口管制公布",
        pytest.param("MOFCOM announces export controls on tin ", marks=_SLOW),
        pytest.param("(", marks=_SLOW),
        pytest.param("x. ", marks=_SLOW),
    ],
)
def test_a_megabyte_is_read_in_bounded_time(piece):
    text = piece * (1_000_000 // len(piece))
    before = time.process_time()

    trace(reading(text, text), small(), ())

    assert time.process_time() - before < 20


@given(st.lists(_WORDS, max_size=40), st.lists(_WORDS, max_size=60), st.sampled_from(["en", "zh", "de", ""]))
def test_mixed_scripts_never_break_and_spans_hold(title, lead, language):
    title, lead = " ".join(title).strip(), " ".join(lead).strip()
    article = reading(title, lead, language=language)

    found = trace(article, small(), ()).account

    for event in found.events:
        assert event.sentence[0] <= event.start <= event.end <= event.sentence[1] <= len(article.text)
        assert event.why


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    account(text.replace("\ud800", ""), lead=text)
