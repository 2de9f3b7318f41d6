"""Paragraphs are compared as readers would: what came, what went, what was rewritten."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.pages.changes import changes

_LINES = st.lists(st.sampled_from([f"Line {n} about metal {n}." for n in range(8)]), max_size=12)


@given(_LINES, st.randoms(use_true_random=False))
def test_any_order_of_the_same_paragraphs_is_no_change(lines, random):
    other = list(lines)
    random.shuffle(other)

    assert not changes(lines, other)


@given(_LINES, _LINES)
def test_nothing_that_came_or_went_is_left_out(before, after):
    found = changes(before, after)

    assert sorted((*found.removed, *(each.before for each in found.changed))) == sorted(_beyond(before, after))
    assert sorted((*found.added, *(each.after for each in found.changed))) == sorted(_beyond(after, before))


def test_a_page_rewritten_whole_is_compared_in_bounded_time():
    before = [f"{n} " + "abc def ghi " * 150 for n in range(2000)]
    after = [f"{n} " + "cba fed ihg " * 150 for n in range(2000)]

    start = time.perf_counter()
    found = changes(before, after)

    assert time.perf_counter() - start < 4
    assert len(found.added) + len(found.changed) == 2000


def _beyond(these: list[str], those: list[str]) -> list[str]:
    left, found = list(those), []
    for line in these:
        if line in left:
            left.remove(line)
        else:
            found.append(line)
    return found
