"""Misspelt phrases: what is found is exactly what comparing every run of words would find."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from tests.core.rules.make import reading
from watcher.core.text.misspelt import Misspelt, phrase_fault, words_of
from watcher.core.text.plain import fold


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


def slowly(phrases, article, at_least):
    """What comparing every run of words of every sentence finds: the best of each phrase, of equals the first."""
    words = [(each.start(), each.end(), fold(each[0])) for each in re.finditer(r"\w+", article.text)]
    for start, end in article.sentences:
        within = [word for word in words if start <= word[0] and word[1] <= end]
        for phrase in phrases:
            folded, length = " ".join(words_of(phrase)), phrase.count(" ") + 1
            runs = [
                (within[begin][0], within[begin + count - 1][1], " ".join(text for *_, text in within[begin:][:count]))
                for begin in range(len(within))
                for count in range(max(length - 1, 1), length + 2)
                if begin + count <= len(within)
            ]
            alike = [(share(folded, run), first, last) for first, last, run in runs]
            best = max(alike, key=lambda each: each[0], default=(Fraction(0), 0, 0))
            if 100 * best[0] >= at_least:
                yield best[1], best[2], phrase, round(100 * float(best[0]), 9)


def share(folded, run):
    both = len(folded) + len(run)
    return Fraction(both - Indel.distance(folded, run), both)


SYLLABLES = st.text("abé ", min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
LONG = SYLLABLES.filter(lambda text: len(text.replace(" ", "")) >= 4).map(lambda text: text + "abab")
SLIPS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "a", "b", " ", "ba", "é"])), max_size=5)


@st.composite
def slipped(draw):
    """Phrases, and a text that holds them with letters left out, put in and exchanged, between other words."""
    phrases = draw(st.lists(LONG, min_size=1, max_size=5, unique_by=fold))
    parts = []
    for phrase in draw(st.lists(st.sampled_from(phrases), max_size=4)):
        run = phrase
        for place, letters in draw(SLIPS):
            at = place % (len(run) + 1)
            run = run[:at] + letters + run[at + draw(st.sampled_from([0, 0, 1, 2])) :]
        parts += [run, draw(SYLLABLES), draw(st.sampled_from([" ", ". A ", ", ", "\n"]))]
    return phrases, " ".join(parts)


@settings(max_examples=250, deadline=None)
@given(slipped(), st.sampled_from([80, 82, 85, 88, 90, 93, 95, 100]))
def test_all_that_is_found_is_what_comparing_every_run_finds(made, at_least):
    phrases, text = made
    article = reading(text)

    alike = Misspelt(phrases, at_least).find(article, article.sentences)

    found = [(each.start, each.end, each.phrase, round(each.ratio, 9)) for each in alike]
    assert sorted(found) == sorted(slowly(phrases, article, at_least))
