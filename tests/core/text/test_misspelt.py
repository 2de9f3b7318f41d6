"""Misspelt phrases: what is found is exactly what comparing every run of words would find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from tests.core.rules.make import reading
from watcher.core.text.misspelt import Misspelt, phrase_fault, words_of


def found(phrases, text, at_least=90):
    article = reading(text)
    alike = Misspelt(phrases, at_least).find(article, article.sentences)
    return [(article.text[each.start : each.end], each.phrase) for each in alike]


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Serra Verdee Mineracao fell",
        "Shares of Sera Verde Mineracao fell",
        "Shares of SERRA-VERDE Mineração fell",
        "Shares of Serraverde Mineracao fell",
        "Shares of Serra Ver de Mineracao fell",
    ],
)
def test_a_slip_of_the_pen_is_forgiven(text):
    assert len(found(["Serra Verde Mineracao"], text)) == 1


def test_another_firm_is_not_taken_for_it():
    assert not found(["Ionic Rare Earths"], "Ionic Mineral Technologies drills in Utah; American Rare Earths does not")


def test_a_run_does_not_reach_over_the_end_of_a_sentence():
    assert not found(["Serra Verde Mineracao"], "They call it Serra. Verde Mineracao is another firm.")


def test_the_span_shown_is_the_run_and_the_phrase_is_as_written():
    assert found(["Perpetua Resources"], "Why Perpetua Resorces™ rose") == [("Perpetua Resorces", "Perpetua Resources")]


@pytest.mark.parametrize("phrase", ["seven", "no rare", "出口管制措施", "!!!!!!!!!"])
def test_short_phrases_and_such_without_spaces_are_refused(phrase):
    assert phrase_fault(phrase) is not None


WORDS = st.lists(
    st.sampled_from(["stibnite", "gold", "project", "stibnit", "golds", "projekt", "a", "the", "st"]), max_size=12
)


@settings(max_examples=150, deadline=None)
@given(
    WORDS,
    st.sampled_from([80, 85, 90, 95, 100]),
    st.sampled_from(["Stibnite Gold", "gold project", "stibnite gold project"]),
)
def test_nothing_alike_is_passed_over(words, at_least, phrase):
    text = " ".join(words)
    folded, length = " ".join(words_of(phrase)), phrase.count(" ") + 1
    runs = (
        " ".join(words[begin : begin + count])
        for begin in range(len(words))
        for count in (length - 1, length, length + 1)
        if count and begin + count <= len(words)
    )
    every = [run for run in runs if 100 * Indel.normalized_similarity(folded, run) >= at_least]

    assert bool(found([phrase], text, at_least)) == bool(every)
    literals = Misspelt([phrase], at_least).literals
    assert not every or literals is None or any(literal in text for literal in literals)
