"""The worked lines of the rule language, section 4, as they stand there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.requirements.lines import DAY, HOUR, MONDAY, begun_long_ago, clause, item, replace, run, share, signs
from watcher.core.requirements.running import key_of
from watcher.core.rules.model import Requirement, Step

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + n * DAY for n in (1, 2, 3))
THREE_A_DAY = Requirement(kind="count", n=3, within=DAY)


def test_count_three_within_a_day():
    line = [MONDAY + 10 * HOUR, MONDAY + 14 * HOUR, TUESDAY + 9 * HOUR, TUESDAY + 11 * HOUR, WEDNESDAY + 18 * HOUR]
    rulings = run(THREE_A_DAY, [item(n, at) for n, at in enumerate(line, 1)])

    assert signs(rulings) == ". . ! + ."
    fired, went_on, ended = rulings[2:]
    assert fired.subject == went_on.subject == "key:all@2026-03-03T09:00:00Z"
    assert ended.closes == (fired.subject,)
    assert fired.says == "third story within 24 hours"
    assert fired.behind == (1, 2, 3)
    assert key_of(fired.subject) == "all"


def test_count_late_arrival():
    rulings = run(
        THREE_A_DAY,
        [
            item(1, MONDAY + 10 * HOUR),
            item(2, MONDAY + 13 * HOUR),
            item(3, MONDAY + 16 * HOUR, event=MONDAY + 12 * HOUR),
            item(4, THURSDAY, event=MONDAY + 12 * HOUR),
        ],
    )

    assert signs(rulings) == ". . ! late"


def test_sources_two_within_two_days():
    asked = Requirement(kind="sources", n=2, within=48 * HOUR, by=("story",))
    rulings = run(
        asked,
        [
            item(1, MONDAY + 9 * HOUR, origin="asian_metal", story="s"),
            item(2, MONDAY + 9 * HOUR + timedelta(minutes=40), origin="asian_metal", story="s"),
            item(3, MONDAY + 15 * HOUR, origin="reuters", story="s"),
        ],
    )

    assert signs(rulings) == ". . !"
    assert rulings[2].subject == "story:s"


def test_spike_three_within_a_day():
    asked = Requirement(kind="spike", n=3, within=DAY, against=8 * DAY, at_least=5)
    before = [item(10 * day + n, MONDAY + day * DAY + n * HOUR) for day in range(8) for n in (1, 2)]
    today = [item(100 + n, MONDAY + 8 * DAY + (9 + n) * HOUR) for n in range(1, 8)]
    tomorrow = [item(200 + n, MONDAY + 9 * DAY + (18 + n) * HOUR) for n in range(1, 5)]
    rulings = run(asked, [*before, *today, *tomorrow], memory=begun_long_ago())

    assert signs(rulings) == " ".join(["."] * 16 + [*".....", "!", "+", "-", *"...."])
    fired = next(each for each in rulings if each.fires)
    assert fired.says == "6 matches within 24 hours, 2.0 before"
    assert [each.closes for each in rulings if each.closes] == [(fired.subject,)]


def test_silent_auto():
    asked = Requirement(kind="silent", by=("source",))
    line = [0, 20, 40, 73.4, 90, 110, 130, 150, 170, 190, 210]
    items = [item(n, MONDAY + at * HOUR) for n, at in enumerate(line, 1)]
    due = MONDAY + 210 * HOUR + 50.1 * HOUR

    assert signs(run(asked, items, due - timedelta(seconds=1))) == " ".join("." * 11)
    rulings = run(asked, items, due + 60 * DAY)
    assert signs(rulings) == " ".join("." * 11) + " !"
    assert abs(rulings[-1].at - due) < timedelta(milliseconds=1)
    assert rulings[-1].says == "wire: nothing for 50.1 hours; last 10 Mar 18:00"
    assert key_of(rulings[-1].subject) == "wire"
    again = run(asked, [*items, item(99, due + 60 * DAY)])
    assert again[-1].closes == (rulings[-1].subject,)


def test_sequence_not_within_180_days():
    asked = Requirement(
        kind="sequence", by=("source",), steps=(Step(node=clause("deal"), denied=True, within=180 * DAY),)
    )
    first, other = MONDAY.replace(month=1, day=10), MONDAY.replace(month=1, day=20)
    rulings = run(
        asked,
        [
            item(1, first, source="two"),
            item(2, other, source="others"),
            item(3, MONDAY.replace(month=5, day=3), text="deal", source="two"),
        ],
        until=first + 365 * DAY,
    )

    assert signs(rulings) == ". . !"
    assert rulings[2].at == other + 181 * DAY
    assert (rulings[2].number, rulings[2].key) == (2, "others")


@pytest.mark.parametrize("over", [0.41, 0.39])
def test_ratio_over_forty_per_cent(over):
    asked = Requirement(kind="ratio", share=share("> 40 %"), of=clause("any"), within=DAY, at_least=20)
    hits = round(over * 100)
    texts = ["any"] * (100 - hits) + ["any hit"] * hits
    items = [item(n, MONDAY + n * timedelta(minutes=10), text=text) for n, text in enumerate(texts)]

    fired = [each for each in run(asked, items, memory=begun_long_ago()) if each.fires]

    assert len(fired) == (over > 0.4)


def test_history_counts_however_late_it_is_and_no_silence_of_history_is_told():
    asked = Requirement(kind="silent", by=("source",), silence=48 * HOUR)
    seen = MONDAY + 30 * DAY
    history = [replace(item(n, seen, event=MONDAY + at * DAY), held=True) for n, at in enumerate((0, 5, 9, 29), 1)]

    rulings = run(asked, history, seen + DAY)
    assert signs(rulings) == ". . . . !"
    assert rulings[-1].at == MONDAY + 31 * DAY

    assert signs(run(asked, history[:3], seen + 9 * DAY)) == ". . ."
    assert signs(run(asked, [replace(each, held=False) for each in history], seen + DAY)) == "late late late . !"
