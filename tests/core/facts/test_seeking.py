"""The one pass finds what as many searches would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.facts.seeking import Sought

WORDS = ("day", "days ", "monday", "end of ", "end ", "号", "(eu")


@given(st.lists(st.sampled_from([*WORDS, " ", "é", "e", "d", "the "]), max_size=12).map("".join))
def test_every_word_is_found_wherever_it_stands(text):
    found = Sought(WORDS).places(text)

    assert found == {
        word: places for word in WORDS if (places := [at for at in range(len(text)) if text.startswith(word, at)])
    }
