"""Items whose times are out of the common: revisions of what is old, and a clock that was ahead."""

from __future__ import annotations

import pytest

from tests.core.requirements.lines import DAY, HOUR, MONDAY, item, replace, run, signs
from watcher.core.requirements.state import Plain, State, ticks
from watcher.core.rules.model import Requirement

AHEAD = MONDAY + 1_400 * DAY


def test_what_a_revision_of_old_text_says_anew_is_not_late():
    asked = Requirement(kind="first", by=("source",))
    old = item(1, MONDAY, text="nothing")
    anew = item(1, MONDAY + 2 * DAY, event=MONDAY)
    assert signs(run(asked, [old, anew])) == "!"
    assert signs(run(asked, [anew])) == "late"
    assert signs(run(asked, [item(1, MONDAY), anew])) == "! late"


@pytest.mark.parametrize(
    "asked", [Requirement(kind="silent", silence=DAY), Requirement(kind="silent", floor_new=DAY, floor=DAY)]
)
def test_silence_is_told_again_after_the_clock_was_ahead(asked):
    memory = Plain()
    run(asked, [item(1, AHEAD)], memory=memory)
    assert signs(run(asked, [item(2, MONDAY)], MONDAY + 2 * DAY, memory=memory)) == ". !"


def test_a_first_is_one_again_after_the_clock_was_ahead():
    asked = Requirement(kind="first", gap=DAY, by=("source",))
    memory = Plain()
    run(asked, [item(1, AHEAD)], memory=memory)
    items = [item(2, MONDAY), item(3, MONDAY + 2 * DAY)]
    assert signs(run(asked, items, memory=memory)) == ". !"


def test_a_spike_learns_anew_after_the_clock_was_ahead():
    memory = Plain()
    memory.begin("r", 4_000_000_000_000_000)
    run(Requirement(kind="spike", n=2, within=HOUR, against=DAY, at_least=2), [item(1, MONDAY)], memory=memory)
    assert (memory.begun("r") or 0) == 1_772_409_600_000_000


def test_of_a_first_nothing_is_kept_that_can_decide_nothing():
    asked, memory = Requirement(kind="first", gap=DAY, by=("source",)), Plain()
    [ruling] = run(asked, [item(1, MONDAY)], memory=memory)
    assert ruling.says == "wire: first time in 24 hours"
    assert [state.until for state in memory.states.values()] == [ticks(MONDAY + 2 * DAY)]
    assert run(replace(asked, gap=None), [item(1, MONDAY)])[0].says == "wire: first time"


def test_timers_come_in_their_order_whatever_was_put_before():
    memory = Plain({("r", "b"): State(due=5), ("r", "a"): State(due=5)})
    memory.put("r", "c", State(due=3))
    assert memory.first_due(9) == (3, "r", "c")
    memory.put("r", "c", State(due=7))
    assert memory.first_due(9) == (5, "r", "a")
    memory.put("r", "a", State())
    memory.put("r", "b", State(last=1))
    assert memory.first_due(6) is None
    memory.put("r", "c", State(due=3))
    memory.put("r", "c", State(due=7))
    assert memory.first_due(9) == (7, "r", "c")
