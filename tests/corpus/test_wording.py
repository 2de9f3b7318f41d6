"""Wording that the shipped recognisers must read: one headline of ours for each family of cues and each rule of the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.corpus.test_proofs import classifier
from watcher.config.events.examples import reading_of
from watcher.core.events.model import RUMOURED
from watcher.core.events.recognise import of_another_field, trace
from watcher.core.events.recognisers import Example
from watcher.core.lexicon.model import Named, Sort
from watcher.core.model import Trust, Zone

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
        ("Japan to lift tungsten reserves to 120 days", "en", "stockpile", "announced"),
        ("Pentagon seeks to buy 900 tonnes of bismuth for its stockpile", "en", "stockpile", None),
        ("House panel advances magnet tax credit", "en", "legislation", "committee_reported"),
        ("Indian and Japanese magnet makers end rare earth pact", "en", "mou_partnership", "terminated"),
        ("Tungsten miner prices $90 million convertible notes offering", "en", "private_financing", "announced"),
        ("Customs agents fine broker for exports to Entity List parties", "en", "enforcement_action", "penalised"),
        ("Le Gabon interdira l'exportation de manganèse brut", "fr", "export_control", None),
        ("Miner in talks to buy Chilean lithium project, sources say", "en", "acquisition", "rumoured"),
        ("Cathode maker commits to 4,000 tonnes of natural graphite", "en", "offtake_agreement", None),
        ("Beijing accuses Washington of weaponising chip controls", "en", "policy_statement", None),
        ("日本修订出口贸易管理令 新增半导体设备", "zh", "export_control", None),
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


@pytest.mark.parametrize(
    ("title", "lead", "language"),
    [
        ("China extends suspension of antimony export controls until 12 March 2027", "", "en"),
        ("MOFCOM extends the suspension of its export controls on holmium.", "", "en"),
        ("MOFCOM extends the suspension of the export controls of announcement 2025-61 on gallium.", "", "en"),
        ("China extends pause on gallium export controls", "", "en"),
        (
            "China on antimony",
            "The suspension of export controls on antimony, which was to end on 12 December 2026, has been extended.",
            "en",
        ),
        ("商务部公布关于延长暂停实施对锑相关物项出口管制措施的公告", "", "zh"),
        ("商务部决定继续暂停对镓、锗的出口管制措施", "", "zh"),
        ("中国商務省、ガリウムの輸出規制の停止を延長", "", "ja"),
        ("China verlängert Aussetzung der Exportkontrollen für Gallium", "", "de"),
    ],
)
def test_a_suspension_that_is_extended_is_no_new_one_and_told_once(title, lead, language):
    assert reported(title, lead, language) == {"export_control": "extended"}


def test_controls_called_by_their_announcement_are_suspended():
    title = "MOFCOM's announcement 2025-70 suspends the controls of 2025-57 until 10 November 2026, the ministry said."

    assert reported(title) == {"export_control": "suspended"}


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        (
            "Congress and magnets",
            "The hearing on H.R. 7788, the Domestic Magnet Act, planned for 3 December, is postponed.",
        ),
        ("Senate committee sets hearing on H.R. 7788 for 3 December 2026", ""),
        (
            "Senate committee sets hearing on H.R. 7788, the Domestic Magnet Act, for 3 December 2026",
            "The Senate energy committee will hold a hearing on H.R. 7788 on 3 December 2026.",
        ),
    ],
)
def test_a_hearing_of_a_committee_moves_no_bill_and_makes_no_rule(title, lead):
    assert reported(title, lead) == {}


def test_a_bill_that_a_house_votes_against_is_rejected():
    assert reported("House rejects Domestic Magnet Act, H.R. 7788") == {"legislation": "rejected"}


def test_an_organisations_name_is_no_event():
    text = "Harrow Magnet Works said it hires 20 people."
    name = Named(
        sort=Sort.ORGANISATION, id="h", name=text[:19], start=0, end=19, zone=Zone.TITLE, language="en", by="name"
    )
    reading = reading_of(Example(expect="", text=text, lead="", language="en"))
    account = trace(reading, classifier().understander.recognisers, [name]).account

    assert "capacity_expansion" not in {event.type for event in account.events}


@pytest.mark.parametrize(
    ("title", "lead", "day", "kind"),
    [
        (
            "China extends suspension of export controls on dysprosium",
            "It extends the suspension of its controls on terbium, set out in Announcement No. 61 of 2026, until 10 March 2027.",
            date(2027, 3, 10),
            "expires",
        ),
        ("China extends suspension of export controls on gallium to 10 March 2027", "", date(2027, 3, 10), "expires"),
        ("China and gallium", "The suspension now runs until 14 March 2027.", date(2027, 3, 14), "expires"),
        (
            "Senate committee sets hearing on H.R. 7788, the Domestic Magnet Act, for 3 December 2026",
            "",
            date(2026, 12, 3),
            "hearing",
        ),
        ("China and gallium", "The suspension of controls was to end on 12 December 2026.", date(2026, 12, 12), ""),
    ],
)
def test_what_a_date_is_of_is_told_across_an_apposition(title, lead, day, kind):
    reading = replace(reading_of(Example(expect="", text=title, lead=lead, language="en")), published=DAY)

    dates = classifier().understander.facts(reading).dates

    assert (kind, day) in {(each.kind, each.last) for each in dates}


@pytest.mark.parametrize(
    ("title", "type_"),
    [
        ("Recycler extracts cobalt from spent packs at its campus", "capacity_expansion"),
        ("Export-import bank approves loan for antimony mine", "capacity_expansion"),
        ("Refiner inks tungsten sales term sheet with trading house", "mou_partnership"),
        ("Coal miner halts longwall after roof fall", "production_halt"),
        ("Brazil holds world's second biggest rare earth reserves", "stockpile"),
        ("Beijing tells US to scrap chip curbs", "export_control"),
        ("Lithium miner to host fourth quarter results call", "capacity_expansion"),
        ("Anode maker passes mass production qualification", "production_milestone"),
        ("Brussels delays battery due diligence duties by a year", "trade_measure"),
        ("Senate confirms new head of export control bureau", "export_control"),
    ],
)
def test_words_that_only_look_like_a_type_are_none_of_it(title, type_):
    assert type_ not in reported(title)


@pytest.mark.parametrize(
    ("title", "strange"),
    [
        ("Cobalt token presale raises $2 million from gamers", True),
        ("Cobalt miner raises $2 million from a fund", False),
        ("A quiet day in the harbour", False),
    ],
)
def test_an_article_is_of_another_field_only_if_all_that_it_tells_is(title, strange):
    account = classifier().understander.trace(reading_of(Example(expect="", text=title, language="en"))).account

    assert of_another_field(account) is strange


@pytest.mark.parametrize(
    ("title", "lead", "language", "types"),
    [
        ("China curbs samarium exports and blacklists 16 firms", "", "en", {"export_control", "entity_listing"}),
        ("US extends deadline for comments on polysilicon import probe", "", "en", {"deadline_expiry"}),
        ("Kupferpreis erreicht Rekordhoch", "", "de", {"market_move"}),
        ("Nordberg shelves nickel plant", "", "en", {"capacity_expansion"}),
    ],
)
def test_what_is_told_beside_an_act_or_only_looks_like_one(title, lead, language, types):
    assert set(reported(title, lead, language)) == types


def test_an_output_that_falls_is_no_halt():
    assert "production_halt" not in reported("Miner's cobalt output falls 9% in first half")


@pytest.mark.parametrize("label", ["RETRACTED:", "RETRACTION -"])
def test_what_its_publisher_takes_back_is_denied(label):
    assert reported(f"{label} China bans antimony exports") == {"export_control": "denied"}
    assert reported("CORRECTED: China bans antimony exports") == {"export_control": "announced"}


@pytest.mark.parametrize(
    "title",
    [
        "Buyers divert copper cargoes to New Orleans",
        "レアアース関連銘柄が反落 利益確定売り",
    ],
)
def test_metal_and_shares_that_move_are_a_market_move(title):
    assert "market_move" in reported(title, language="ja" if "株" in title or "銘柄" in title else "en")


@pytest.mark.parametrize("name", ["Lithium Technologies", "Olympic gold"])
def test_what_is_only_called_after_a_metal_names_no_material(name):
    reading = reading_of(Example(expect="", text=f"{name} raises $30 million from a fund", lead="", language="en"))

    assert not {each.sort for each in classifier().understander.named(reading)} & {Sort.MATERIAL}
