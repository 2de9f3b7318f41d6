"""Stories of one matter: which leads, which say the same, and which stand below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.make import NOW, make_queued_alert, make_queued_story
from watcher.core.digests.composing import compose
from watcher.core.digests.queued import Composition, Limits, QueuedStory
from watcher.core.digests.sayings import Happening, Said, Tie
from watcher.core.digests.threads import announcements, threads
from watcher.core.events.model import Genre
from watcher.core.model import Severity, Trust

DAY = NOW.date()
MEETING = ((DAY, DAY),)
FLOOR = Happening(type="price_floor", status="announced", reported=True, ids=("us", "ndpr"))
NAMED = Happening(type="price_floor", status="proposed", reported=False, ids=("jp",))


def tie(on: date = DAY, *, moves: bool = False) -> Tie:
    return Tie(
        matter="floor", title="Price floor", types=("price_floor",), moves=moves, on=on, parts=(("us",), ("ndpr",))
    )


def story(number: int, *ties: Tie, said: Happening = FLOOR, genre: Genre = Genre.REPORT, **changes) -> QueuedStory:
    meets = changes.pop("meets", ())
    return make_queued_story(
        number,
        said=Said(genre=genre, happenings=(said,), ties=ties, meets=meets),
        link=f"https://w.example/{number}",
        **changes,
    )


def shape(*stories: QueuedStory) -> list[tuple[str, list[str], list[str]]]:
    return [
        (thread.lead.story, [each.story for each in thread.same], [each.story for each in thread.also])
        for thread in threads(stories)
    ]


def test_what_moved_the_matter_leads_and_what_tells_the_same_goes_with_it():
    assert shape(story(1, tie()), story(2, tie(moves=True)), story(3)) == [
        ("s-0002", ["s-0001"], []),
        ("s-0003", [], []),
    ]


def test_what_was_told_before_the_news_stands_below_it():
    assert shape(story(1, tie(moves=True)), story(2, tie(DAY - timedelta(days=4)))) == [("s-0001", [], ["s-0002"])]


def test_a_second_move_on_another_day_is_no_report_of_the_first():
    assert shape(story(1, tie(DAY + timedelta(days=2), moves=True)), story(2, tie(moves=True))) == [
        ("s-0001", [], ["s-0002"])
    ]


@pytest.mark.parametrize("status", ["rumoured", "denied"])
def test_what_nobody_vouches_for_is_told_by_itself(status):
    doubtful = Happening(type="price_floor", status=status, reported=True, ids=("us", "ndpr"))

    assert shape(story(1, tie(moves=True)), story(2, tie(), said=doubtful)) == [("s-0001", [], []), ("s-0002", [], [])]


def test_a_comment_that_gives_the_whole_event_of_the_meeting_says_the_same():
    whole = Happening(type="price_floor", status="announced", reported=False, ids=("us", "ndpr"))
    comment = story(2, said=whole, genre=Genre.OPINION, meets=MEETING)

    assert shape(story(1, tie(moves=True)), comment) == [("s-0001", ["s-0002"], [])]


def test_a_comment_that_only_names_it_stands_below():
    assert shape(story(1, tie(moves=True)), story(2, said=NAMED, genre=Genre.OPINION, meets=MEETING)) == [
        ("s-0001", [], ["s-0002"])
    ]


def test_a_word_before_the_meeting_stands_below_and_one_after_it_is_news_of_its_own():
    other = Happening(type="policy_statement", status="stated", reported=True)
    lead = story(1, tie(moves=True), meets=MEETING)
    before = story(2, said=other, meets=MEETING, published=NOW - timedelta(days=2))
    after = story(3, said=other, meets=MEETING, published=NOW + timedelta(hours=1))

    assert shape(lead, before, after) == [("s-0001", [], ["s-0002"]), ("s-0003", [], [])]


def test_an_article_that_merely_names_a_matter_keeps_its_own_news():
    stockpile = Happening(type="stockpile", status="proposed", reported=True, ids=("it",))

    assert shape(story(1, tie(moves=True)), story(2, tie(), said=stockpile)) == [("s-0001", [], []), ("s-0002", [], [])]


def test_every_story_has_its_place_and_reason_and_the_lead_counts_the_articles_of_all():
    made = compose([story(1, tie(moves=True)), story(2, tie()), story(3, tie(DAY - timedelta(days=4)))])

    (lead,) = made.sections[0].stories
    assert (lead.articles, lead.matter) == (2, "Price floor")
    assert ([line.story for line in lead.reports], [line.story for line in lead.lines]) == (["s-0002"], ["s-0003"])
    assert {placed.story: placed.place for placed in made.order} == {
        "s-0001": "section",
        "s-0002": "also",
        "s-0003": "also",
    }
    assert all("Price floor" in placed.reason for placed in made.order if placed.place == "also")


def places(made: Composition) -> list[str]:
    return [placed.place for placed in made.order]


@pytest.mark.parametrize("event_type", ["commentary", "research_study", "market_move"])
def test_what_tells_no_event_stands_under_analysis(event_type):
    made = compose([make_queued_story(1, alerts=(make_queued_alert(event_type=event_type),))])

    assert (places(made), len(made.analysis), made.sections) == (["analysis"], 1, ())


def test_a_study_on_which_a_rule_for_events_fired_too_is_news():
    alerts = (make_queued_alert(event_type="research_study"), make_queued_alert(alert="a-2", event_type="stockpile"))

    assert places(compose([make_queued_story(1, alerts=alerts)])) == ["section"]


def test_sections_by_region_begin_with_the_leads_and_go_on_in_their_own_order():
    limits = Limits(by="region", regions=("us", "europe", "africa"))
    urgent = (make_queued_alert(severity=Severity.URGENT),)
    queue = [
        make_queued_story(1, region="africa", region_title="Africa", alerts=urgent),
        make_queued_story(2, region="europe", region_title="Europe"),
        make_queued_story(3, region="us", region_title="US"),
    ]

    made = compose(queue, limits=limits)

    assert [section.title for section in made.sections] == ["Africa", "US", "Europe"]


def test_the_page_of_a_round_up_is_no_story_beside_its_parts():
    page = make_queued_story(1, link="https://w.example/week")
    parts = [make_queued_story(n, link=f"https://w.example/week#part-{n}") for n in (2, 3)]

    assert announcements([page, *parts]) == {"s-0001"}
    assert announcements([page, parts[0]]) == frozenset()
    assert places(compose([page, *parts])).count("left_out") == 1


def test_nobody_elses_links_make_a_page_of_a_story_nor_anything_that_is_weightier():
    page = make_queued_story(1, link="https://w.example/act", source="ministry", trust=Trust.AUTHORITY)
    parts = [make_queued_story(n, link=f"https://w.example/act#{n}", source="daily") for n in (2, 3)]
    own = [replace(part, source="ministry") for part in parts]
    urgent = replace(page, alerts=(make_queued_alert(severity=Severity.URGENT),))

    assert announcements([page, *parts]) == frozenset()
    assert announcements([replace(page, trust=Trust.UNKNOWN), *parts]) == {"s-0001"}
    assert announcements([page, *own]) == {"s-0001"}
    assert announcements([urgent, *own]) == frozenset()


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=4)])
@pytest.mark.parametrize("lines", [8, 0])
def test_what_has_no_line_below_its_lead_is_told_in_brief_and_counted(day, lines):
    made = compose([story(1, tie(moves=True)), *(story(n, tie(day)) for n in range(2, 22))], limits=Limits(lines=lines))

    (lead,) = made.sections[0].stories
    below = {line.story for line in (*lead.reports, *lead.lines)}
    brief = [each.story for each in made.brief]
    assert below.isdisjoint(brief)
    assert len(below) + len(brief) == 20
    assert len(below) == (8 if lines or day == DAY else 0)
    assert sorted(each.story for each in made.order if each.place == "brief") == sorted(brief)


def test_what_goes_with_a_story_that_is_told_in_brief_is_told_in_brief_too():
    made = compose([story(1, tie(moves=True)), story(2, tie(DAY - timedelta(days=4)))], limits=Limits(stories=0))

    assert [each.story for each in made.brief] == ["s-0001", "s-0002"]
