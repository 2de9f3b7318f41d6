from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.core.stories.make import make_account, make_story
from watcher.core.stories.kept import glance, pack, unpack
from watcher.core.stories.traits import traits_of, weigh

ARTICLE = make_story(
    "Halden wins $7.4 million for antimony (No. 12 of 2026)",
    "The smelter of Halden Metals in Orrin County opens on 4 May 2027, Mora Quist told the Idaho Ledger. " * 3,
    account=make_account("government_funding", actor="us_army", party="halden", materials=("antimony",)),
)


def test_what_is_kept_comes_back():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits

    kept = pack(traits)

    assert unpack(kept) == replace(traits, shingles=())
    assert len(kept) < 300


def test_traits_of_nothing_come_back():
    traits = weigh(traits_of(make_story("")), {}, 0).traits

    assert unpack(pack(traits)) == replace(traits, shingles=())


def test_traits_of_the_first_form_come_back_without_materials():
    traits = replace(weigh(traits_of(ARTICLE), {}, 0).traits, things=frozenset())
    kept = pack(traits)

    assert unpack(bytes((1,)) + kept[1:15] + kept[17:]) == replace(traits, shingles=())


def test_traits_of_the_second_form_come_back_without_states_apart():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits
    kept = pack(traits)

    assert traits.things
    assert unpack(bytes((2,)) + kept[1:16] + kept[17:]) == replace(traits, shingles=())


def test_states_come_back():
    traits = replace(weigh(traits_of(ARTICLE), {}, 0).traits, states=frozenset({7, 9}))

    assert unpack(pack(traits)) == replace(traits, shingles=())


@given(st.binary(max_size=80))
def test_strange_bytes_are_no_traits(kept):
    unpack(kept)
    glance(kept, frozenset({1}), frozenset(), han=False)


def test_a_glance_counts_what_is_shared():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits
    words, figures, none = sorted(traits.words), traits.days | traits.amounts, frozenset[int]()
    kept = pack(traits)

    assert len(words) <= 24
    assert glance(kept, frozenset({*words[:7], 1}), none, han=False) == (False, 7)
    assert glance(kept, none, figures | {1}, han=False) == (False, len(traits.days) + len(traits.amounts)) != (False, 0)
    assert glance(kept, figures, frozenset(words), han=False) == (False, 0), "a word is no figure"
    assert glance(kept, none, figures, han=True)[0]
    assert not glance(pack(replace(traits, han=True)), none, figures, han=True)[0]


def test_a_glance_stops_where_the_words_that_stand_first_are_others():
    words = dict.fromkeys(range(100, 140), 1.0)
    traits = replace(weigh(traits_of(ARTICLE), {}, 0).traits, words=words, names=frozenset({130}))
    kept, last = pack(traits), frozenset(range(123, 140))

    assert glance(kept, last, traits.days, han=False) == (False, 0), "of the first, it shares one alone: the name"
    assert glance(kept, last | {100}, traits.days, han=False) == (False, 18 + len(traits.days))
    assert glance(kept, last, traits.days, han=True) == (True, 17 + len(traits.days))


def test_what_is_cut_short_shares_nothing():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits
    kept, words = pack(traits), frozenset(traits.words)
    short = [kept[:end] for end in (0, 10, 17, 40)]

    assert [glance(each, words, traits.days, han=False)[1] for each in (*short, b"\x00" + kept[1:])] == [0] * 5


def test_what_is_cut_short_or_of_another_form_is_none():
    kept = pack(weigh(traits_of(ARTICLE), {}, 0).traits)

    assert unpack(kept[:-1]) is None
    assert unpack(b"\x00" + kept[1:]) is None
    assert unpack(b"") is None
