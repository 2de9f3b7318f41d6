from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.make import NOW, make_newcomer
from watcher.core.articles.stories import decide, oldest_day, title_key
from watcher.core.model import Reason

DAY = timedelta(days=1)


def joined(new, *old, bonds=None):
    return decide(new, [each.as_candidate(f"story-{each.id}") for each in old], bonds or {})


def test_an_article_like_no_other_founds_its_story():
    decision = joined(make_newcomer(), make_newcomer("o", title="Mine reopens in May"))

    assert (decision.story, decision.reason) == ("n", Reason.FOUNDED)


def test_the_same_link_through_another_source_is_the_same_story():
    old = make_newcomer("o", link_key="a.example/1", title="Other words", seen=NOW - 99 * DAY)

    decision = joined(make_newcomer(link_key="a.example/1", source="daily"), old)

    assert (decision.story, decision.reason) == ("story-o", Reason.SAME_LINK)
    assert decision.detail == "as o from wire"


@pytest.mark.parametrize("link", ["https://a.example/", "https://a.example"])
def test_a_link_to_a_front_page_proves_nothing(link):
    old = make_newcomer("o", link_key=link, title="Other words")

    assert joined(make_newcomer(link_key=link, source="daily"), old).reason is Reason.FOUNDED


def test_the_same_link_twice_in_one_source_proves_nothing():
    old = make_newcomer("o", link_key="https://a.example/1", title="Other words")

    assert joined(make_newcomer(link_key="https://a.example/1"), old).reason is Reason.FOUNDED


@pytest.mark.parametrize(("days", "reason"), [(29, Reason.SAME_TEXT), (31, Reason.FOUNDED)])
def test_a_long_text_republished_within_a_month_is_the_same_story(days, reason):
    old = make_newcomer("o", text_sha256="sha-n", title="Other words", seen=NOW - days * DAY)

    assert joined(make_newcomer(source="daily"), old).reason is reason


@pytest.mark.parametrize(("days", "joins"), [(2, True), (4, False), (7, False)])
def test_a_short_text_or_bare_title_recurs_after_three_days_as_another_story(days, joins):
    new = make_newcomer(title="Gallium market closes early", text="Gallium market closes early", text_sha256="t")
    old = replace(new, id="o", link_key="wire.example/o", seen=NOW - days * DAY)

    assert (joined(new, old).reason is not Reason.FOUNDED) is joins


def test_nearly_the_same_title_and_beginning_is_the_same_story():
    old = make_newcomer("o")

    new = replace(make_newcomer(), text=old.text.replace("whatever the buyer", "whoever the buyer"))

    assert joined(new, old).reason is Reason.SAME_TITLE_AND_TEXT


def test_a_title_alone_joins_nothing_whatever_it_is_like():
    old = make_newcomer("o")
    new = replace(make_newcomer(), text=f"{old.title}\n\n" + "A mine elsewhere reopened after a long winter. " * 8)

    assert new.title == old.title
    assert joined(new, old).reason is Reason.FOUNDED


def test_another_figure_is_another_event_of_one_template():
    old = make_newcomer("o", title="Ministry bans exports of 40 t of gallium")
    new = make_newcomer(title="Ministry bans exports of 55 t of gallium", title_key=old.title_key)

    assert joined(new, old).reason is Reason.FOUNDED


def test_hand_decisions_come_first():
    twin = make_newcomer("o", text_sha256="sha-n")
    other = make_newcomer("p", title="Other words")

    assert joined(make_newcomer(), twin, bonds={"o": "cannot"}).reason is Reason.FOUNDED
    assert joined(make_newcomer(), twin, other, bonds={"p": "must"}).story == "story-p"
    assert joined(make_newcomer(), twin, other, bonds={"p": "must"}).reason is Reason.BY_HAND


def test_titles_share_a_key_whatever_their_order_and_case():
    words = ["Ministry", "Announces", "Export", "Licences", "Gallium", "Germanium", "Today"]
    shuffled = random.Random(7).sample(words, len(words))

    assert title_key(" ".join(words)) == title_key(" ".join(shuffled).upper())
    assert title_key("One thing") != title_key("Another thing")
    assert len(title_key("")) == 16


def test_candidates_by_title_are_a_week_old_at_most():
    assert oldest_day(NOW) == NOW - 7 * DAY
