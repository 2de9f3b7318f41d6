from __future__ import annotations

from tests.core.digests.test_composing import of_type
from tests.make import NOW, make_queued_story
from watcher.core.digests.composing import compose, issue_message
from watcher.core.digests.numbering import numbered, rank_at
from watcher.core.model import Severity
from watcher.core.schedules import IssuePlan, period_of, schedule


def test_stories_are_numbered_as_they_are_printed_and_not_as_they_rank() -> None:
    queue = [
        make_queued_story(1, alerts=of_type(None, Severity.URGENT)),
        make_queued_story(2, alerts=of_type("stockpile")),
        make_queued_story(3, alerts=of_type("market_move", Severity.WARNING)),
    ]
    made = compose(queue)
    period = period_of(schedule("Fri 15:00", "UTC"), NOW)
    plan = IssuePlan(period=period, begin=period.begin, covers=())
    message = issue_message(made, digest="weekly", title="", plan=plan, zone="UTC", sources_answered=1, articles_read=1)

    assert [placed.story for placed in made.order] == ["s-0001", "s-0003", "s-0002"]
    listed = numbered(message, made)
    assert listed == ("s-0002", "s-0001", "s-0003")
    assert [rank_at(number, listed, made) for number in (1, 2, 3, 9)] == [3, 1, 2, 3]
