from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.lexicon.readings import reading, shipped
from watcher.core.events.model import Account, Event, Genre, Role
from watcher.core.model import Trust
from watcher.core.understanding.regions import (
    countries_of,
    lies_in,
    located,
    members_of,
    region_names,
    section_order,
)


def events(article, *types, **parts):
    """Events that the title proves, all with the same parts."""
    found = []
    for part, ids in parts.items():
        for id_ in (ids,) if isinstance(ids, str) else ids:
            named = next((each for each in shipped().find(article) if each.id == id_), None)
            spans = {"start": None, "end": None} if named is None else {"start": named.start, "end": named.end}
            found.append(Role(part=part, id=id_, name=id_, **spans))
    return Account(
        genre=Genre.REPORT,
        cues=(),
        events=tuple(
            Event(
                type=type_,
                status="announced",
                status_text="",
                reported=True,
                sure=True,
                start=0,
                end=1,
                sentence=(0, article.zones[0].end),
                roles=tuple(found),
            )
            for type_ in types
        ),
    )


def where(article, account, event_type=None):
    return located(shipped(), countries_of(article, shipped(), account, event_type))


def test_a_site_says_where_even_if_a_foreign_body_pays():
    article = reading("DFC lends Serra Verde $565 million for Pela Ema", "The US looks beyond China.", language="en")
    told = events(article, "government_funding", actor="dfc", party="serra_verde", place="pela_ema")

    assert where(article, told).region == "latin_america"


def test_without_a_place_money_belongs_to_who_receives_it():
    article = reading("Pentagon backs Lynas with a grant", "It is the first of its kind.", language="en")

    assert where(article, events(article, "government_funding", actor="dod", party="lynas")).countries == ("AU",)


def test_a_control_belongs_to_the_state_that_makes_it_not_to_those_it_aims_at():
    article = reading("China bans exports of gallium to the United States and Japan", language="en")
    told = events(article, "export_control", actor="mofcom", place=("us", "jp"))

    assert where(article, told).title == "China"


def test_a_deal_of_two_firms_goes_by_the_country_that_is_named_and_is_one_of_theirs():
    article = reading(
        "Ionic Signs MoU to Expand Rare Earth Magnet Recycling",
        "Ionic Rare Earths and European Metal Recycling (EMR) will feed a plant in the United Kingdom.",
        language="en",
    )

    assert where(article, events(article, "mou_partnership", actor="ionic_rare_earths")).title == "Europe"


def test_a_study_lies_where_it_looks():
    article = reading("Griffith study: what China's refining costs", "Griffith University says so.", language="en")

    assert where(article, events(article, "research_study", actor="griffith")).title == "China"


def test_the_event_that_an_alert_is_about_is_asked_first():
    article = reading("Lynas and Iluka meet in Canada", "", language="en")
    first = events(article, "mou_partnership", actor="lynas").events
    second = events(article, "government_funding", actor="dfc", party="mp_materials").events
    account = Account(genre=Genre.REPORT, cues=(), events=(*first, *second))

    assert where(article, account).countries == ("AU",)
    assert where(article, account, "government_funding").countries == ("US",)


def test_an_article_without_events_goes_by_its_title_then_by_its_publisher():
    nothing = Account(genre=Genre.OPINION, cues=(), events=())
    titled = reading("Why India's budget matters", "A view from Canada.", language="en")
    own = replace(reading("Announcement No 18 of 2025", "As of today.", language="en"), country="JP")

    assert where(titled, nothing).countries == ("IN",)
    assert where(own, nothing).region == "elsewhere"
    assert where(replace(own, trust=Trust.AUTHORITY), nothing).countries == ("JP",)


@pytest.mark.parametrize(
    ("wanted", "lies"),
    [("asia_pacific", True), ("asia", True), ("china_region", True), ("cn", True), ("CN", True), ("europe", False)],
)
def test_a_region_can_be_asked_for_by_any_of_its_names(wanted, lies):
    assert lies_in(shipped(), ("CN",), wanted) is lies


def test_every_section_has_its_place_and_nowhere_comes_last():
    order = section_order(shipped())

    assert order[:4] == ("united_states", "canada", "europe", "china_region")
    assert order[-1] == "elsewhere"
    assert set(order) <= set(region_names(shipped()))
    assert members_of(shipped(), "atlantis") == frozenset()
