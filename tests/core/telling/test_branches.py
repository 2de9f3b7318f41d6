from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.telling.branches import Branch, circle, left_out, lineage, outline

DESK = Branch(name="desk")
URGENT = Branch(name="urgent", under="desk")
CHINA = Branch(name="china", under="desk")
LOG = Branch(name="log", under="desk", also=True)
NIGHT = Branch(name="night", under="urgent")
LAST = Branch(name="last", under="desk", also=True)
OTHER = Branch(name="other")
TREE = (DESK, LOG, URGENT, NIGHT, CHINA, LAST, OTHER)


def told(*taking):
    """Who is told of an alert that these take by their queries."""
    left = left_out(TREE, taking)
    return [each.name for each in TREE if each.name in taking and each.name not in left]


def test_a_branch_takes_it_instead_of_its_parent():
    assert told("desk", "urgent") == ["urgent"]
    assert left_out(TREE, ("desk", "urgent")) == {"desk": 'its branch "urgent" took it'}


def test_the_first_branch_that_takes_it_is_the_only_one():
    assert told("desk", "urgent", "china") == ["urgent"]
    assert left_out(TREE, ("desk", "urgent", "china"))["china"] == '"urgent" before it took it'


def test_also_takes_it_beside_the_others():
    assert told("desk", "log") == ["desk", "log"]
    assert told("desk", "log", "china") == ["log", "china"]
    assert told("desk", "urgent", "last") == ["urgent", "last"]


def test_the_deepest_branch_takes_it():
    assert told("desk", "urgent", "night", "china") == ["night"]


def test_what_no_branch_takes_stays_with_the_parent():
    assert told("desk") == ["desk"]


def test_roots_are_asked_each_by_itself():
    assert told("desk", "urgent", "other") == ["urgent", "other"]


def test_a_branch_that_alone_may_be_told_needs_no_parent():
    assert told("urgent", "china") == ["urgent", "china"]


def test_a_branch_on_which_nobody_hears_keeps_it_from_nobody():
    assert left_out(TREE, ("desk", "urgent"), deaf=("urgent",)) == {}
    assert left_out(TREE, ("desk", "urgent", "china"), deaf=("urgent",)) == {"desk": 'its branch "china" took it'}
    assert left_out(TREE, ("desk", "urgent", "night"), deaf=("urgent",)) == {
        "urgent": 'its branch "night" took it',
        "desk": 'its branch "urgent" took it',
    }
    assert left_out(TREE, ("desk", "urgent", "night"), deaf=("urgent", "night")) == {}


def test_a_circle_is_found_and_names_go_round_it_once():
    parents = {"a": "b", "b": "c", "c": "a", "d": "a", "e": None}

    assert circle(parents, "a") == ("a", "b", "c", "a")
    assert circle(parents, "d") == circle(parents, "e") == ()
    assert circle({"a": "a"}, "a") == ("a", "a")
    assert len(lineage(parents, "d")) == 4


def test_a_lineage_ends_at_a_parent_that_nobody_knows():
    assert lineage({"a": "gone", "b": "a"}, "b") == ("a", "b")


def test_the_tree_is_drawn_with_each_branch_behind_its_parent():
    assert outline(TREE) == (
        (0, "desk"),
        (1, "log"),
        (1, "urgent"),
        (2, "night"),
        (1, "china"),
        (1, "last"),
        (0, "other"),
    )


NAMES = [f"r{number}" for number in range(8)]


@given(
    st.lists(st.integers(-1, 6), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.sets(st.sampled_from(NAMES)),
)
def test_whatever_the_tree_is_somebody_of_each_root_is_told_and_nobody_twice(above, also, wanted):
    parents = [None if each < 0 or each >= at else NAMES[each] for at, each in enumerate(above)]
    branches = [Branch(name=NAMES[at], under=parents[at], also=also[at]) for at in range(8)]
    taking = {name for name in wanted if set(lineage(dict(zip(NAMES, parents, strict=True)), name)) <= wanted}

    left = left_out(branches, taking)

    assert set(left) <= taking
    for at, name in enumerate(NAMES):
        if name in taking and parents[at] is None:
            assert any(
                other not in left and name in lineage(dict(zip(NAMES, parents, strict=True)), other) for other in taking
            )
