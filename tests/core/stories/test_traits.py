"""How words are weighed: by rarity, asking only of those that can matter."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.stories.make import make_story
from watcher.core.stories.traits import traits_of, weigh, weigh_by

READ = traits_of(make_story("Halden opens a smelter", "Halden Metals opens a smelter in Orrin County."))
WEIGHTS = st.dictionaries(
    st.integers(1, 500), st.sampled_from([0.05, 0.28, 0.4, 0.8, 1.0, 1.2, 1.8, 3.1]), max_size=140
)


def plainly(words: dict[int, float], counts: dict[int, int], stories: int) -> dict[int, float]:
    """The 79 words that weigh most as they stand are weighed by rarity, then the 48 weightiest of them taken."""
    scale = math.log(stories + 25.0)
    words = dict(sorted(words.items(), key=lambda each: -each[1])[:79])
    weighed = {
        word: weight * max(0.0, 1.0 - math.log(counts[word] + 1) / scale) if word in counts else weight
        for word, weight in words.items()
    }
    best = sorted(((weight, word) for word, weight in weighed.items()), reverse=True)[:48]
    return {word: round(weight * 16) / 16 for weight, word in best if weight >= 1 / 16}


@settings(deadline=None, max_examples=40)
@given(WEIGHTS, st.dictionaries(st.integers(1, 500), st.integers(1, 3_000), max_size=300), st.integers(0, 5_000))
def test_the_words_that_were_asked_of_are_kept_by_what_rarity_leaves_them(words, counts, stories):
    fresh = replace(READ, traits=replace(READ.traits, words=words, names=frozenset(words)))

    found = weigh(fresh, counts, stories).traits

    assert list(found.words.items()) == list(plainly(words, counts, stories).items())
    assert found.names == found.words.keys()


def test_words_that_stand_once_in_a_long_text_are_not_asked_of():
    words = {number: 1.8 if number < 80 else 0.4 for number in range(1, 400)}
    asked: set[int] = set()

    weigh_by(
        replace(READ, traits=replace(READ.traits, words=words)),
        lambda some: (asked.update(some), ({}, 0))[1],
    )

    assert len(asked) < 80


def test_beside_a_long_history_no_more_words_are_asked_of_and_those_at_once():
    words = {number: 1.8 if number < 60 else 0.4 for number in range(1, 400)}
    asked: list[set[int]] = []

    found = weigh_by(
        replace(READ, traits=replace(READ.traits, words=words)),
        lambda some: (asked.append(set(some)), (dict.fromkeys(words, 90_000), 100_000))[1],
    )

    assert asked == [set(range(1, 80))], "the first of those that weigh the same"
    assert found.traits.words.keys() <= asked[0]


def test_how_a_word_is_spelt_is_known_when_it_is_asked_for():
    assert READ.spelt[next(iter(READ.traits.names))] in {"Halden", "Metals", "Orrin", "County"}
    assert "smelter" in READ.spelt.values()
    assert READ.spelt.get(12345) is None
