"""What an item no longer says is taken back from what was kept of it."""

from __future__ import annotations

from tests.core.requirements.lines import DAY, HOUR, MONDAY, clause, item, run, signs
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
