"""Wording that the shipped recognisers must read: one headline of ours for each family of cues and each rule of the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.corpus.test_proofs import classifier
from watcher.config.events.examples import reading_of
from watcher.core.events.model import RUMOURED
from watcher.core.events.recognisers import Example
from watcher.core.model import Trust

DAY = date(2026, 1, 1)


def reported(title, lead="", language="en", trust=Trust.WIRE):
    """The reported types of a headline, with their statuses."""
    example = Example(expect="", text=title, lead=lead, language=language, trust=trust)
    account = classifier().understander.trace(replace(reading_of(example), published=DAY)).account
    return {event.type: event.status for event in account.events if event.reported}


@pytest.mark.parametrize(
    ("title", "language", "type_", "status"),
    [
        ("Beijing puts indium under export licensing", "en", "export_control", "announced"),
        ("Hanoi verbietet Ausfuhr von Wolframerz", "de", "export_control", "announced"),
        ("Jakarta führt Ausfuhrabgabe auf Nickel ein", "de", "trade_measure", None),
        ("Zollfahnder beschlagnahmen zwei Tonnen Germanium im Hafen", "de", "enforcement_action", "charged"),
        ("Customs officers seize 3 tonnes of smuggled bismuth", "en", "enforcement_action", "charged"),
        ("Ottawa lifts germanium reserve target to 90 days", "en", "stockpile", None),
        ("政府、ガリウムの備蓄目標を引き上げ", "ja", "stockpile", "announced"),
        ("Pentagon puts $90 million into scandium plant", "en", "government_funding", "awarded"),
        ("Bundeskabinett beschließt Rohstoffreserve für Gallium", "de", "stockpile", None),
        ("US Senate passes bill on tungsten supply", "en", "legislation", "passed_senate"),
        ("Carmaker locks in graphite supply for ten years", "en", "offtake_agreement", "signed"),
        ("Lynas tumbles 9% in Sydney", "en", "market_move", "reported"),
        ("Explorer grows resource at tungsten project by a third", "en", "exploration_result", "reported"),
        ("銅精錬所が稼働停止、電力不足で", "ja", "production_halt", None),
    ],
)
def test_wording_of_the_press_is_read(title, language, type_, status):
    found = reported(title, language=language)

    assert type_ in found, found
    assert status in {None, found[type_]}


def test_a_state_stands_for_its_government_and_is_no_address():
    example = Example(
        expect="", text="Brazil's Serra Verde secures loan from DFC for rare earths", lead="", language="en"
    )
    account = classifier().understander.trace(reading_of(example)).account
    actors = {role.id for event in account.events for role in event.roles if role.part == "actor"}

    assert "br" not in actors


def test_a_protest_behind_its_object_is_a_reaction_in_japanese():
    assert "entity_listing" not in reported("外相、中国による輸出規制リストへの追加に抗議", language="ja")
    assert "entity_listing" in reported("中国商務省、米企業5社を輸出規制リストに追加", language="ja")


def test_what_a_firm_does_because_of_an_act_is_its_own_news():
    assert "production_halt" in reported("Hit by tariffs, Kestrel Graphite halts production at its anode plant")


def test_analysts_behind_the_act_make_no_study():
    assert "research_study" not in reported("Lynas shares sink 6% as analysts cut targets")


def test_the_act_nearest_to_the_object_decides_how_far_an_official_act_went():
    found = reported("Washington announced a push for price floors for rare earths")

    assert found["price_floor"] in {"proposed", RUMOURED}


def test_what_is_left_when_nothing_else_is_told_is_no_second_type():
    found = reported("Canberra weighs price floor for antimony, resources minister says")

    assert list(found) == ["price_floor"]
