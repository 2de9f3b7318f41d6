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

    assert unpack(bytes((1,)) + kept[1:15] + kept[16:]) == replace(traits, shingles=())


@given(st.binary(max_size=80))
def test_strange_bytes_are_no_traits(kept):
    unpack(kept)
    glance(kept, frozenset({1}), frozenset())


def test_a_glance_counts_what_is_shared():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits
    words, figures = sorted(traits.words), traits.days | traits.amounts
    kept = pack(traits)

    assert glance(kept, frozenset({*words[:7], 1}), frozenset()) == (0, 7)
    assert glance(kept, frozenset(), figures | {1}) == (0, len(traits.days) + len(traits.amounts)) != (0, 0)
    assert glance(kept, figures, frozenset(words)) == (0, 0), "a word is no figure"
    assert glance(pack(replace(traits, han=True)), frozenset(words[:2]), frozenset())[0]


def test_what_is_cut_short_shares_nothing():
    traits = weigh(traits_of(ARTICLE), {}, 0).traits
    words = frozenset(traits.words)

    assert [glance(pack(traits)[:end], words, traits.days) for end in (0, 10, 17, 40)] == [(0, 0)] * 4
    assert glance(b"\x00" + pack(traits)[1:], words, traits.days) == (0, 0)


def test_what_is_cut_short_or_of_another_form_is_none():
    kept = pack(weigh(traits_of(ARTICLE), {}, 0).traits)

    assert unpack(kept[:-1]) is None
    assert unpack(b"\x00" + kept[1:]) is None
    assert unpack(b"") is None
