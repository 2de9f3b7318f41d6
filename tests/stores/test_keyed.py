"""What is kept by a story is made one, or parted, whole: what was said and what was counted."""

from __future__ import annotations

from datetime import timedelta

from watcher.core.requirements.news import changed, unmet
from watcher.core.requirements.shares import apart
from watcher.core.requirements.state import Moment, State
from watcher.core.rules.model import Requirement
from watcher.stores.sqlite.keyed import _folded

WATCHED = Requirement(kind="changed", changed=("price",), by=("story",))
TEN, TWENTY, THIRTY = ((("price", (value,)),) for value in ("10", "20", "30"))


def test_what_two_stories_knew_is_taken_back_article_by_article():
    one = State(last=1, number=1, values=TEN, known=((1, 1, TEN),))
    two = State(last=2, number=2, values=TWENTY, known=((2, 2, TWENTY),))
    for state in (_folded(one, two), _folded(two, one)):
        assert (state.values, state.number) == (TWENTY, 2)
        left = unmet(WATCHED, state, 2)
        assert left is not None
        told = changed(WATCHED, left.state, Moment(number=3, seen=3, event=3, values=THIRTY))
        assert told.says == "price: 10 \u2192 30"


def test_what_is_no_watched_value_stays_without_any():
    assert _folded(State(last=1, items=((1, 1, ""),)), State(last=2, items=((2, 2, ""),))).known == ()


def test_counts_go_with_their_articles():
    state = State(counts=((1, 1, 2), (2, 1, 1)), items=((10, 1, "wm"), (15, 2, "w"), (20, 3, "wm")), last=20)
    stays, goes = apart(timedelta(microseconds=100), state, State(items=(state.items[0], state.items[2])))
    assert stays.counts == ((1, 0, 1), (2, 0, 0))
    assert (goes.counts, goes.last) == (((1, 1, 1), (2, 1, 1)), 20)
