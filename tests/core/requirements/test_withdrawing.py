"""What an item no longer says is taken back from what was kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.requirements.lines import DAY, HOUR, MONDAY, begun_long_ago, clause, item, run, share, signs
from watcher.core.requirements.news import changed, first_met, unmet
from watcher.core.requirements.shares import MOST_NAMED, shared
from watcher.core.requirements.state import NOTHING, Moment, State
from watcher.core.requirements.withdrawing import taken_back
from watcher.core.rules.model import Requirement, Step


def test_a_retracted_item_counts_no_longer():
    asked = Requirement(kind="count", n=2, within=DAY)
    items = [item(1, MONDAY), item(1, MONDAY + HOUR, text="not so"), item(2, MONDAY + 2 * HOUR)]
    assert signs(run(asked, items)) == ". ."
    assert signs(run(asked, [*items, item(3, MONDAY + 3 * HOUR)])) == ". . !"


def test_a_retraction_ends_what_holds_no_longer_and_names_it():
    asked = Requirement(kind="count", n=2, within=DAY)
    items = [item(1, MONDAY), item(2, MONDAY + HOUR), item(1, MONDAY + 2 * HOUR, text="not so")]
    fired, ended = run(asked, items)[1:]
    assert ended.withdrawn
    assert ended.closes == (fired.subject,)


def test_a_retracted_beginning_ends_its_course():
    asked = Requirement(
        kind="sequence", by=("source",), steps=(Step(node=clause("deal"), denied=True, within=DAY),), lateness=HOUR
    )
    items = [item(1, MONDAY), item(1, MONDAY + HOUR, text="not so")]
    assert signs(run(asked, items[:1], MONDAY + 2 * DAY)) == ". !"
    assert signs(run(asked, items, MONDAY + 2 * DAY)) == "."


def test_a_retracted_step_is_awaited_again():
    asked = Requirement(
        kind="sequence",
        by=("source",),
        steps=tuple(Step(node=clause(word), denied=False, within=DAY) for word in ("deal", "ship")),
    )
    end = item(4, MONDAY + 5 * HOUR, text="ship")
    began = [item(1, MONDAY), item(2, MONDAY + HOUR, text="deal")]
    gone = item(2, MONDAY + 2 * HOUR, text="not so")
    assert signs(run(asked, [*began, end])) == ". !"
    assert signs(run(asked, [*began, gone, end])) == "."
    assert signs(run(asked, [*began, gone, item(3, MONDAY + 3 * HOUR, text="deal"), end])) == ". !"


SPIKE = Requirement(kind="spike", n=2, within=DAY, against=2 * DAY, at_least=3)
RATIO = Requirement(kind="ratio", share=share(">= 50 %"), of=clause("news"), within=DAY, at_least=4)


def _hits(count, text="hit"):
    return [item(number, MONDAY + number * HOUR, text=text) for number in range(1, count + 1)]


def test_a_spike_does_not_count_what_was_retracted():
    gone = item(1, MONDAY + 2 * HOUR + HOUR / 2, text="not so")
    assert signs(run(SPIKE, _hits(3), memory=begun_long_ago())) == ". . !"
    whole = [*_hits(2), gone, *_hits(4)[2:]]
    assert signs(run(SPIKE, whole, memory=begun_long_ago())) == ". . . !"


def test_a_spike_ends_with_what_made_it():
    gone = item(2, MONDAY + 4 * HOUR, text="not so")
    fired, ended = run(SPIKE, [*_hits(3), gone], memory=begun_long_ago())[-2:]
    assert ended.withdrawn
    assert ended.closes == (fired.subject,)


def test_a_spike_that_holds_without_what_was_retracted_goes_on():
    items = [*_hits(4), item(2, MONDAY + 5 * HOUR, text="not so"), item(5, MONDAY + 6 * HOUR)]
    assert signs(run(SPIKE, items, memory=begun_long_ago())) == ". . ! + +"


def test_a_ratio_counts_a_revised_article_once_and_as_what_it_is_now():
    items = [*_hits(2, "hit news"), *[item(number, MONDAY + number * HOUR, text="news") for number in (3, 4)]]
    assert signs(run(RATIO, items, memory=begun_long_ago())) == ". . !"
    # Told twice, an article is one: two of three would be no half of four.
    assert signs(run(RATIO, [*items[:3], item(3, items[3].seen, text="news")], memory=begun_long_ago())) == ". ."
    gone = item(1, items[2].seen + HOUR / 2, text="news")
    assert signs(run(RATIO, [*items[:3], gone, items[3]], memory=begun_long_ago())) == ". ."
    back = item(4, items[3].seen + HOUR, text="hit news")
    assert signs(run(RATIO, [*items[:3], gone, items[3], back], memory=begun_long_ago())) == ". . !"


def test_a_ratio_without_what_was_retracted_may_end():
    items = [*_hits(2, "hit news"), *[item(number, MONDAY + number * HOUR, text="news") for number in (3, 4)]]
    ended = run(RATIO, [*items, item(1, MONDAY + 6 * HOUR, text="not so")], memory=begun_long_ago())[-1]
    assert ended.withdrawn
    assert ended.closes


def test_what_was_met_by_a_retracted_article_alone_was_never_met():
    asked = Requirement(kind="first", gap=None, by=("source",))
    gone, later = item(1, MONDAY + HOUR, text="not so"), item(2, MONDAY + 2 * HOUR)
    assert signs(run(asked, [item(1, MONDAY), later])) == "! ."
    assert signs(run(asked, [item(1, MONDAY), gone, later])) == "! !"
    two = [item(3, MONDAY - HOUR), item(1, MONDAY), gone, later]
    assert signs(run(asked, two)) == "! . ."


def test_a_silence_was_broken_by_what_was_retracted_too():
    asked = Requirement(kind="silent", silence=DAY)
    items = [item(1, MONDAY), item(2, MONDAY + 12 * HOUR), item(2, MONDAY + 13 * HOUR, text="not so")]
    assert [each.at for each in run(asked, items, MONDAY + 3 * DAY) if each.fires] == [MONDAY + 36 * HOUR]


def test_a_retracted_value_was_never_known():
    asked = Requirement(kind="changed", changed=("status",), by=("story",))
    state, says = NOTHING, []
    for number, value in enumerate(["announced", "in_force", "in_force"], 1):
        moment = Moment(number=number, seen=number, event=number, values=(("status", (value,)),))
        verdict = changed(asked, state, moment)
        state = verdict.state
        says.append(verdict.says)
        if number == 2:
            taken = taken_back(asked, state, number, number, lambda _: False)
            assert taken is not None
            state = taken.state
    assert says == ["", "status: announced → in_force", "status: announced → in_force"]


WATCHED = Requirement(kind="changed", changed=("price",), by=("company",))


def _said(number, *prices):
    return Moment(number=number, seen=number, event=number, values=(("price", prices),) if prices else ())


def _after(state, *moments):
    for each in moments:
        state = changed(WATCHED, state, each).state
    return state


def _retracted(asked, state, *numbers):
    for number in numbers:
        found = unmet(asked, state, number)
        state = state if found is None else found.state
    return state


def test_a_value_is_taken_back_though_an_article_came_after_it():
    state = _retracted(WATCHED, _after(NOTHING, _said(1, "10"), _said(2, "20"), _said(3)), 2)
    assert dict(state.values) == {"price": ("10",)}
    assert not changed(WATCHED, state, _said(4, "10")).fires


def test_what_was_known_before_all_that_can_be_taken_back_stays():
    state = _after(NOTHING, *(_said(number, "10" if number < 3 else "20") for number in range(1, 7)))
    state = _retracted(WATCHED, state, 3, 4, 5, 6)
    assert changed(WATCHED, state, _said(9, "30")).says == "price: 10 \u2192 30"


def test_a_corrected_article_says_only_what_it_says_now():
    state = _after(NOTHING, _said(1, "10"), _said(2, "20"))
    moment = Moment(number=2, seen=3, event=3, revised=True, values=(("price", ("15",)),))
    state = _retracted(WATCHED, _after(state, moment), 2)
    assert dict(state.values) == {"price": ("10",)}


def test_what_was_kept_in_the_earlier_form_is_read():
    ten, twenty = (("price", ("10",)),), (("price", ("20",)),)
    summed = State(last=3, number=3, values=twenty, known=((1, 1, ten), (2, 2, twenty), (3, 3, twenty)))
    for state in (summed, State(last=3, number=3, values=twenty)):
        assert changed(WATCHED, state, _said(4, "30")).says == "price: 20 \u2192 30"


def test_a_first_time_stays_though_all_that_can_be_taken_back_was():
    asked, state = Requirement(kind="first", by=("company",)), NOTHING
    for number in range(1, 8):
        state = first_met(asked, state, _said(number)).state
    state = _retracted(asked, state, 4, 5, 6, 7)
    assert state.last == 3
    assert not first_met(asked, state, _said(9)).fires


def test_a_ratio_counts_a_revised_article_once_though_it_is_named_no_longer():
    names = tuple((1, number, "w") for number in range(2, MOST_NAMED + 2))
    named_no_longer = State(counts=((0, 0, MOST_NAMED + 1),), items=names, last=1)
    before_names = State(counts=((0, 0, 5),), last=1)
    told_anew = Moment(number=1, seen=2, event=1, matches=False, wider=True, revised=True)
    for state in (named_no_longer, before_names):
        assert shared(RATIO, state, told_anew, 0).state == state


def test_a_ratio_counts_an_article_that_is_corrected_into_it():
    state = State(counts=((0, 0, 1),), items=((1, 2, "w"),), last=1)
    told_anew = Moment(number=1, seen=2, event=1, matches=False, wider=True, revised=True)
    assert shared(RATIO, state, told_anew, 0).state.counts == ((0, 0, 2),)


@pytest.mark.parametrize("later", [HOUR, 3 * DAY])
def test_a_correction_that_names_another_key_moves_the_article_there(later):
    asked = replace(SPIKE, by=("source",), lateness=DAY)
    first = [item(number, MONDAY + HOUR, event=MONDAY, source="one") for number in (1, 2)]
    at = MONDAY + later
    moved = item(2, at, event=MONDAY, source="two")
    memory = begun_long_ago()
    signs(run(asked, [*first, moved], memory=memory))
    assert {key: sum(each[1] for each in memory.get("r", key).counts) for key in ("one", "two")} == {"one": 1, "two": 1}
    again = replace(moved, seen=at + HOUR)
    memory = begun_long_ago()
    signs(run(asked, [*first, moved, again], memory=memory))
    assert sum(each[1] for each in memory.get("r", "two").counts) == 1


def test_a_first_time_moves_with_a_correction():
    asked = Requirement(kind="first", by=("source",))
    read_wrong, right = item(1, MONDAY, source="one"), item(1, MONDAY + HOUR, event=MONDAY, source="two")
    later = [item(number, MONDAY + number * HOUR, source=source) for number, source in ((2, "one"), (3, "two"))]
    assert signs(run(asked, [read_wrong, right, *later])) == "! ! ! ."


def test_a_value_moves_with_a_correction():
    asked = Requirement(kind="changed", changed=("status",), by=("source",))
    memory = begun_long_ago()
    run(asked, [item(1, MONDAY, source="one"), item(1, MONDAY + HOUR, event=MONDAY, source="two")], memory=memory)
    assert memory.keys("r") == ["two"]
