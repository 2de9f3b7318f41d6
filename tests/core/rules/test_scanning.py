"""Literals sought together: none that stands in a text is missed, and rows of words are told from their parts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.lexicon import inflections
from tests.core.rules.make import reading
from watcher.core.rules.scanning import Scan
from watcher.core.text.items import PARTING, WORD_START
from watcher.core.text.words import WordItem, WordList


def hits(literals, text):
    article = reading(text)
    return sorted(Scan(literals).hits(article.folded, has_cjk=article.has_cjk))


@pytest.mark.parametrize(
    "text",
    ["an export ban", "export-ban", "exports' ban", "export's ban", "exporting  ban", "EXPORT/BAN", "re-export ban"],
)
def test_a_row_of_words_is_found_however_it_is_parted(text):
    assert hits([f"{WORD_START}export{PARTING}ban"], text) == [0]


@pytest.mark.parametrize("text", ["ban on export", "export\nban", "export of the ban", "urban export", "export"])
def test_the_parts_of_a_row_are_no_row(text):
    assert hits([f"{WORD_START}export{PARTING}ban"], text) == []


def test_a_literal_that_opens_a_word_is_not_found_inside_one_and_others_are():
    assert hits([f"{WORD_START}tin", "tin"], "continued") == [1]
    assert hits([f"{WORD_START}tin", "tin"], "continued tin") == [0, 1]


def test_spaces_between_han_do_not_count():
    assert hits(["出口管制"], "出口 管制") == [0]


@given(
    st.lists(st.sampled_from(["price floor", "stockpil*", "*magnet", "buy back", "出口管制", "export controls"]), min_size=1),
    st.lists(st.sampled_from(["price", "prices'", "floors", "-", " ", "bought", "back", "NdFeB-magnet", "stockpiling", "出口", "管制", "export", "control", "\n"]), max_size=14),
)  # fmt: skip
def test_what_words_find_the_scan_does_not_miss(items, parts):
    words = WordList.of([WordItem(text=item) for item in items], (), inflections())
    article = reading("T", lead="".join(parts) or "x")

    if words.find(article, article.paragraphs):
        assert Scan(words.literals).hits(article.folded, has_cjk=article.has_cjk)


def test_a_text_made_to_be_slow_is_not():
    text = "export" + "-" * 200_000 + "export " * 20_000
    began = time.process_time()

    assert hits([f"{WORD_START}export{PARTING}ban", f"{WORD_START}ban{PARTING}export"], text) == []
    assert hits([f"{WORD_START}export{PARTING}ban"], f"{text} ban-") == [0]
    assert time.process_time() - began < 2
