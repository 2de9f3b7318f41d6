"""Rules filed by what they need: found are exactly those each of whose groups has a member there, in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.rules.filing import Filing

GROUPS = st.lists(st.frozensets(st.integers(0, 30), min_size=1, max_size=12), max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(GROUPS, max_size=8), st.sets(st.integers(0, 30)))
def test_found_are_those_whose_every_group_is_met(rules, present):
    filing = Filing()
    for index, groups in enumerate(rules):
        filing.add(index, groups)

    assert filing.found(present) == [
        index for index, groups in enumerate(rules) if all(not group.isdisjoint(present) for group in groups)
    ]


def test_a_rule_of_two_long_groups_is_found_as_well():
    filing = Filing()
    filing.add(0, [frozenset(range(20)), frozenset(range(20, 40))])

    assert filing.found({1}) == []
    assert filing.found({1, 39}) == [0]
