from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make import NOW, make_queued_alert, make_queued_story
from watcher.core.digests.composing import compose, issue_message
from watcher.core.digests.queued import Composition, Limits
from watcher.core.digests.topics import topic_title
from watcher.core.model import Severity, StoryId, Trust
from watcher.core.schedules import plan_issue, schedule, schedule_words


def of_type(event_type: str | None, severity: Severity = Severity.NOTICE, **changes):
    return (make_queued_alert(event_type=event_type, severity=severity, **changes),)


def long_stories(made: Composition) -> list[str]:
    return [story.story for section in made.sections for story in section.stories]


def test_a_story_stands_once_however_many_articles_and_alerts_it_has() -> None:
    first = make_queued_story(1, alerts=(make_queued_alert(alert="a-1"),), articles=3)
    second = make_queued_story(
        1,
        alerts=(make_queued_alert(alert="a-2", rule_title="Licences", severity=Severity.WARNING),),
        publisher="Ministry",
        trust=Trust.AUTHORITY,
        articles=4,
        first=NOW - timedelta(days=2),
    )

    made = compose([first, second])

    (story,) = made.sections[0].stories
    assert (story.publisher, story.articles, story.severity) == ("Ministry", 4, Severity.WARNING)
    assert story.also == (("Ore & Metal Daily", "trade_press"),)
    assert story.rules == ("Licences", "Export controls on your materials")
    assert story.first == NOW - timedelta(days=2)


def test_other_news_comes_last_however_weighty() -> None:
    queue = [
        make_queued_story(1, alerts=of_type("stockpile")),
        make_queued_story(2, alerts=of_type(None, Severity.URGENT)),
        make_queued_story(3, alerts=of_type("price_move")),
    ]

    assert [section.topic for section in compose(queue).sections] == ["stockpile", "price_move", "other"]


def test_sentences_come_from_the_text_evidence_and_opening_without_boilerplate() -> None:
    (section,) = compose([make_queued_story(1)]).sections

    assert section.stories[0].sentences == (
        "The ministry said on Thursday that exporters need a licence from 1 March.",
        "Applications name the buyer.",
        "How long an answer takes was not said.",
    )


def test_the_weightiest_comes_first_and_says_why() -> None:
    queue = [
        make_queued_story(1),
        make_queued_story(2, alerts=of_type("stockpile", Severity.URGENT)),
        make_queued_story(3, trust=Trust.AUTHORITY),
        make_queued_story(4, also=(("Kyodo Wire", "wire"),)),
        make_queued_story(5, articles=9),
        make_queued_story(6, last=NOW),
    ]

    made = compose(queue)

    assert [placed.story for placed in made.order] == ["s-0002", "s-0003", "s-0004", "s-0005", "s-0006", "s-0001"]
    assert made.order[0].reason == (
        "under Stockpile; urgent, trade press, publishers: 1, articles: 1, last 2026-02-06 20:31 UTC"
    )
    assert [section.title for section in made.sections] == ["Stockpile", "Export control"]


def test_beyond_the_limits_stories_are_told_in_brief_with_the_reason() -> None:
    queue = [make_queued_story(number) for number in range(1, 6)] + [
        make_queued_story(10 + number, alerts=of_type(f"type_{number}", alert=f"b-{number}")) for number in range(8)
    ]

    made = compose(queue)

    assert len(long_stories(made)) == 8
    assert len(made.sections[0].stories) == 3
    assert len(made.brief) == 5
    reasons = {placed.story: placed.reason for placed in made.order if placed.place == "brief"}
    assert reasons[StoryId("s-0004")].startswith("3 stories under Export control rank higher; ")
    assert reasons[StoryId("s-0017")].startswith("the issue's 8 long stories rank higher; ")


def test_a_story_told_before_returns_only_with_something_new() -> None:
    old = make_queued_story(1)
    moved = make_queued_story(2, alerts=of_type("stockpile", news=("status: in force",)))

    made = compose([old, moved], earlier={StoryId("s-0001"): "2026-W05", StoryId("s-0002"): "2026-W04"})

    assert made.sections == ()
    assert [(story.story, story.told_before, story.news) for story in made.updates] == [
        ("s-0002", "2026-W04", ("status: in force",))
    ]
    assert [(placed.story, placed.place) for placed in made.order] == [("s-0001", "left_out"), ("s-0002", "update")]
    assert made.order[0].reason.startswith("told in 2026-W05, nothing new since; ")


def test_a_story_without_an_event_type_stands_under_other_news() -> None:
    made = compose([make_queued_story(1, alerts=of_type(None))])

    assert (made.sections[0].topic, made.sections[0].title) == ("other", "Other news")
    assert topic_title("my_own_type") == "My own type"


def test_what_is_told_as_no_event_says_what_it_is_told_as() -> None:
    made = compose([make_queued_story(1, alerts=of_type("market_move"))])

    assert [story.story for story in made.analysis] == ["s-0001"]
    assert made.order[0].reason.startswith("market move: not counted as an event; ")


QUEUES = st.lists(
    st.builds(
        make_queued_story,
        st.integers(1, 9),
        trust=st.sampled_from(list(Trust)),
        articles=st.integers(1, 3),
        title=st.sampled_from(["Ban", "Licence"]),
        link=st.sampled_from([None, "https://a.example/", "https://b.example/"]),
        alerts=st.lists(
            st.builds(
                make_queued_alert,
                alert=st.sampled_from(["a-1", "a-2"]),
                severity=st.sampled_from(list(Severity)),
                event_type=st.sampled_from([None, "stockpile", "export_control"]),
                news=st.sampled_from([(), ("status",)]),
            ),
            max_size=2,
        ).map(tuple),
        told_before=st.sampled_from([None, "2026-W04"]),
    ),
    max_size=14,
)


@settings(deadline=None)  # fourteen stories on a busy machine
@given(QUEUES, st.randoms(use_true_random=False))
def test_the_same_queue_gives_the_same_issue_in_any_order_and_loses_no_story(queue, chance: random.Random) -> None:
    shuffled = list(queue)
    chance.shuffle(shuffled)
    limits = Limits(stories=3, per_section=2)

    made = compose(queue, limits=limits)

    assert compose(shuffled, limits=limits) == made
    placed = [*long_stories(made), *(story.story for story in (*made.brief, *made.updates))]
    left = [one.story for one in made.order if one.place == "left_out"]
    assert sorted([*placed, *left]) == sorted({story.story for story in queue})
    assert sorted(one.story for one in made.order) == sorted({story.story for story in queue})


def test_a_planned_issue_becomes_its_message() -> None:
    friday = schedule("Fri 15:00", "Europe/Berlin")
    plan = plan_issue(friday, after=NOW - timedelta(days=22), last_key=None, now=NOW)
    assert plan is not None

    message = issue_message(
        compose([make_queued_story(1)]),
        digest="weekly",
        title="The week",
        plan=plan,
        zone=friday.zone,
        sources_answered=4,
        articles_read=9,
        schedule=schedule_words(friday),
    )

    assert (message.period, message.number, message.covers) == ("2026-W06", 6, ("2026-W03", "2026-W04", "2026-W05"))
    assert message.begin == plan.begin < plan.period.begin < message.end
    assert message.schedule == "on Fridays at 15:00, Europe/Berlin"
