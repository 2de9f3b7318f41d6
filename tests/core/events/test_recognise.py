"""What an article reports, with which status, and why something is merely mentioned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.core.events.small import account, named_in, only, reading, small
from watcher.core.events.model import Genre
from watcher.core.events.recognise import account_of
from watcher.core.facts.model import Facts, Money, When
from watcher.core.facts.reading import facts_of
from watcher.core.model import Trust


def types(found):
    return [event.type for event in found]


@pytest.mark.parametrize(
    ("title", "language", "status"),
    [
        ("MOFCOM announces export controls on tin", "en", "announced"),
        ("The ministry proposes export controls on tin", "en", "proposed"),
        ("Export controls are suspended by the government", "en", "suspended"),
        ("Export licences expire, the ministry says", "en", "expired"),
        ("政府公布对锡实施出口管制的决定", "zh", "announced"),
        ("政府が輸出規制を強化", "ja", "announced"),
        ("Government verhängt Exportkontrollen für Zinn", "de", "announced"),
        ("政府公布出口管制 (government tightens export controls)", "zh", "announced"),
    ],
)
def test_act_and_object_make_an_event_with_the_acts_status(title, language, status):
    event = only(title, language=language, trust=Trust.AUTHORITY)

    assert (event.type, event.status, event.reported) == ("control", status, True)


@pytest.mark.parametrize(
    "title",
    [
        "MOFCOM tightens its grip on tin",
        "Export controls and licences",
        "The fund announces an export control risk report",
        "MOFCOM speaks. Export controls sleep.",
        "MOFCOM announces many other things that have nothing at all whatsoever to do in any way with a thing like export control",
    ],
)
def test_without_act_near_object_in_one_sentence_there_is_no_event(title):
    assert not account(title).events


def test_an_event_needs_its_actor():
    assert not account("Somebody announces export controls", trust=Trust.WIRE).events
    assert only("Export controls announced", trust=Trust.AUTHORITY).why.endswith("actor: source")


def test_what_only_a_state_has_needs_no_actor_where_the_article_begins():
    assert only("Export licences for tin suspended", trust=Trust.WIRE).why.endswith("actor: instrument")
    assert not account("Exports of tin. Export controls suspended", trust=Trust.WIRE).events


def test_with_some_statuses_a_type_is_told_beside_any_official_one():
    assert types(account("MOFCOM tightens export controls, debates a tin plant").events) == ["control", "plant"]
    beside = account("MOFCOM tightens export controls, opens a tin plant").events
    assert [(event.type, event.reported) for event in beside] == [("control", True), ("plant", False)]


def test_the_publisher_stands_in_as_an_implied_actor():
    event = only("Export controls announced", trust=Trust.AUTHORITY, owner="Ministry of Tin")

    role = next(role for role in event.roles if role.part == "actor")
    assert (role.name, role.implied, role.start) == ("Ministry of Tin", True, None)


@pytest.mark.parametrize(
    ("title", "lead", "status"),
    [
        ("MOFCOM may tighten export controls on tin", "", "rumoured"),
        ("MOFCOM tightens export controls, people familiar with it say", "", "rumoured"),
        ("Will MOFCOM tighten export controls on tin?", "", "rumoured"),
        ("Will MOFCOM tighten export controls on tin?", "MOFCOM tightens export controls on tin.", "announced"),
        ("Export licence for tin suspended", "It is suspended, people familiar with it say.", "suspended"),
        ("Export licence for tin suspended", "The export licence is suspended, people familiar say.", "rumoured"),
        ("MOFCOM suspends export licence", "The export licence is suspended, people familiar say.", "suspended"),
        ("MOFCOM does not tighten export controls on tin", "", "denied"),
        ("MOFCOM has no plan to tighten export controls", "", "denied"),
        ("MOFCOM sees no new export measures", "", "denied"),
        ("Acme may close, and MOFCOM tightens export controls", "", "announced"),
    ],
)
def test_hedges_questions_and_negations_change_the_status(title, lead, status):
    found = account(title, lead).reported

    assert [event.status for event in found if event.type == "control"] == [status]


def test_a_sum_that_is_not_so_denies_no_act():
    title = "For $57 million and not $75 million MOFCOM tightens export controls on tin"

    found = account(title, facts=facts_of(reading(title))).reported

    assert [event.status for event in found if event.type == "control"] == ["announced"]


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("Last year MOFCOM tightened export controls on tin", "en", "history"),
        ("In 2021 MOFCOM tightened export controls on tin", "en", "its year, 2021"),
        ("Acme Corp protests against export controls announced by MOFCOM", "en", "reaction"),
        ("此前政府公布出口管制", "zh", "history"),
    ],
)
def test_what_is_past_or_a_reaction_is_a_mention(text, language, why):
    event = only(text, language=language, trust=Trust.AUTHORITY)

    assert not event.reported
    assert why in event.why


def test_a_law_of_another_year_is_no_history():
    assert only("MOFCOM announces Export Control 2021 Act").reported


def test_dates_of_the_sentence_decide_before_years():
    text = "On 3 December MOFCOM tightened export controls on tin"
    old = When(start=3, end=13, first=date(2025, 9, 3), last=date(2025, 9, 3))
    new = When(start=3, end=13, first=date(2025, 12, 30), last=date(2025, 12, 30))

    assert not only(text, facts=Facts(dates=(old,))).reported
    assert only(text, facts=Facts(dates=(new,))).reported


def test_in_force_with_a_later_date_is_only_announced():
    text = "MOFCOM export controls take effect on 1 March"
    later = When(start=38, end=45, first=date(2026, 3, 1), last=date(2026, 3, 1), kind="effective")

    assert only(text).status == "in_force"
    assert only(text, facts=Facts(dates=(later,))).status == "announced"


def test_what_stands_in_the_body_is_a_mention():
    found = account("Nothing of note today in the world", body="MOFCOM tightens export controls on tin.").events

    assert [(event.type, event.reported) for event in found] == [("control", False)]


def test_what_follows_a_purpose_comes_after_the_main_clause():
    found = account("Acme Corp opens refinery after MOFCOM tightens export controls")

    assert types(found.reported) == ["plant"]
    assert ("control", False) in [(event.type, event.reported) for event in found.events]


def test_the_acts_own_object_is_the_nearest():
    found = account("MOFCOM announces export controls on the plant and a price floor")

    assert types(found.reported)[0] == "control"


def test_a_second_type_is_told_only_where_the_first_allows_it():
    both = account("MOFCOM suspends export controls, sets price floor")
    none = account("Alliance sets price floor, Acme Corp opens refinery")

    assert types(both.reported) == ["control", "floor"]
    assert types(none.reported) == ["floor"]
    assert "told before" in next(event.why for event in none.events if event.type == "plant")


def test_an_act_tells_no_second_type_by_what_its_object_is_for():
    assert types(account("The ministry announces export controls and a price floor").reported) == ["control", "floor"]
    assert types(account("The ministry announces export controls on price floor goods").reported) == ["control"]


@pytest.mark.parametrize("title", ["Tin jumps to a record", "Tin rises", "Acme shares jump"])
def test_a_named_subject_makes_a_move(title):
    assert only(title).type == "move"


def test_an_active_verb_does_not_take_what_stands_before_it():
    assert not account("The plant opens talks with MOFCOM").events
    assert not account("Price floor sets tone").events
    assert only("Price floor set by alliance").type == "floor"


def test_what_opens_a_day_to_come_is_no_history():
    assert only("MOFCOM to announce export controls in early 2025").reported is False
    assert only("MOFCOM to announce export controls in early 2099").reported is True


def test_scheduled_acts_take_the_status_of_the_schedule():
    assert only("MOFCOM announces hearing on export controls").status == "proposed"


@pytest.mark.parametrize(
    ("title", "lead", "trust", "genre", "reported"),
    [
        ("Opinion: tin and the export controls that MOFCOM announced", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("Opinion: the weather", "", Trust.WIRE, Genre.OPINION, []),
        ("Tin is dear", "", Trust.PROMOTION, Genre.PROMOTION, ["comment"]),
        ("Tin is dear", "This is paid advertising.", Trust.WIRE, Genre.PROMOTION, ["comment"]),
        ("A study: tin is dear", "", Trust.WIRE, Genre.STUDY, []),
        ("Acme Corp opens refinery", "This is paid advertising.", Trust.PROMOTION, Genre.REPORT, ["plant"]),
        ("Opinion (exclusive): tin", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("Timeline: MOFCOM announces export controls on tin", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("TIMELINE-MOFCOM announces export controls on tin", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("[Timeline] MOFCOM announces export controls on tin", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("MOFCOM announces export controls on tin | Timeline", "", Trust.WIRE, Genre.OPINION, ["comment"]),
        ("MOFCOM announces timeline: export controls on tin", "", Trust.WIRE, Genre.REPORT, ["control"]),
        ("Update: MOFCOM announces export controls on tin", "", Trust.WIRE, Genre.REPORT, ["control"]),
    ],
)
def test_the_genre_decides_what_can_be_news(title, lead, trust, genre, reported):
    found = account(title, lead, trust=trust)

    assert found.genre is genre
    assert types(found.reported) == reported


def test_only_reports_report_and_the_rest_says_why():
    found = account("Opinion: MOFCOM announces export controls")

    mention = next(event for event in found.events if event.type == "control")
    assert not mention.reported
    assert "the article is opinion" in mention.why


def test_every_event_has_a_span_within_one_sentence_and_a_reason():
    found = account(
        "MOFCOM announces export controls on tin", "Acme Corp opens a refinery. Last year it built a plant."
    )
    text = reading("MOFCOM announces export controls on tin", "Acme Corp opens a refinery. Last year it built a plant.")

    for event in found.events:
        assert event.sentence[0] <= event.start < event.end <= event.sentence[1]
        assert event.why
        assert event.status_text in text.text


def test_roles_carry_their_spans():
    money = Money(start=52, end=62, amount=Decimal(20_000_000), currency="USD")
    event = only("Acme Corp opens tin refinery, company says, spending 20 million", facts=Facts(money=(money,)))

    parts = {(role.part, role.id) for role in event.roles}
    assert {("actor", "acme"), ("material", "tin"), ("amount", "20000000 USD")} <= parts


def test_thin_evidence_is_unsure():
    near = only("MOFCOM announces export controls on tin")
    far = only("MOFCOM announces with all of its partners around the wide world export controls")

    assert near.sure
    assert not far.sure


def test_an_account_is_computed_once():
    article = reading("MOFCOM announces export controls on tin")

    assert account_of(article, small(), named_in(article)) is account_of(article, small(), named_in(article))


def test_a_participle_that_opens_a_title_only_says_what_its_noun_is_like():
    assert only("Suspended export controls on tin, the ministry says").status == "suspended"
    assert types(account("Expanded plant expands the plant of the company").events) == ["plant"]
    assert only("Suspended export controls of the ministry to take effect").status == "in_force"


def test_what_tells_of_nothing_is_an_opinion_where_its_publisher_is_unknown_and_it_is_about_materials():
    found = account("The tin and zinc enigma", trust=Trust.UNKNOWN)

    assert (found.genre, types(found.events)) == (Genre.OPINION, ["comment"])
    assert not account("The tin and zinc enigma", trust=Trust.WIRE).events
    assert not account("The tin enigma", trust=Trust.UNKNOWN).events
    assert types(account("The tin and zinc plant: Acme Corp builds a plant", trust=Trust.UNKNOWN).events) == ["plant"]
