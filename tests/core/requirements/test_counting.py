"""Windows of a count: the first that an item completes, found by going through them once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.requirements.lines import DAY
from watcher.core.requirements.counting import counted
from watcher.core.requirements.state import Moment, State, long
from watcher.core.rules.model import Requirement

ASKED = Requirement(kind="sources", n=3, within=DAY)
HOUR = long(DAY) // 24


class Origin(str):
    """A name that knows how often it was looked up."""

    __slots__ = ()
    looked = 0

    def __hash__(self) -> int:
        Origin.looked += 1
        return str.__hash__(self)

    __eq__ = str.__eq__


def test_an_item_of_many_goes_through_them_once():
    items = tuple((each, each, Origin("one")) for each in range(1, 2_001))
    Origin.looked = 0
    verdict = counted(ASKED, State(items=items), Moment(number=3_000, seen=900, event=900, whose=(Origin("two"),)))

    assert not verdict.fires
    assert Origin.looked < 20 * len(items)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abcd")), max_size=12),
    st.integers(0, 60),
    st.sampled_from("abcde"),
)
def test_it_fires_where_it_makes_a_window_hold_enough_or_the_newest_does(drawn, at, whose):
    items = [(hour * HOUR, number, of) for number, (hour, of) in enumerate(drawn, 1)]
    own = (at * HOUR, 99, whose)
    item = Moment(number=99, seen=60 * HOUR, event=own[0], whose=(whose,))
    kept = [each for each in items if each[0] >= 60 * HOUR - long(ASKED.within) - long(ASKED.lateness)]
    ends = [each[0] for each in [*kept, own] if own[0] <= each[0] <= own[0] + long(DAY)]

    def origins(among, end):
        return len({of for event, _, of in among if end - long(DAY) <= event <= end})

    newest = max(each[0] for each in [*kept, own])
    fires = origins([*kept, own], newest) >= ASKED.n or any(
        origins([*kept, own], end) >= ASKED.n > origins(kept, end) for end in ends
    )
    assert counted(ASKED, State(items=tuple(sorted(items))), item).fires == fires
