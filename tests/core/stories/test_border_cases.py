"""What is one story and what is another, each by texts of ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.stories.make import make_account, make_story, placed
from watcher.core.events.model import Genre
from watcher.core.model import Reason

GRANT = make_story(
    "Army backs Halden Metals' antimony smelter",
    "The US Army will give Halden Metals up to $7.4 million for a smelter in Orrin County, Idaho, officials said on "
    "Tuesday. Halden Metals wants to make antimony trisulfide for primers there by 2028, chief executive Mora Quist "
    "said. The Orrin smelter would be the only one of its kind in the country.",
)
GRANT_TOLD_ANEW = make_story(
    "Halden wins defence money for Idaho antimony",
    "Halden Metals has been awarded $7.4 million by the Army. The money goes to the company's smelter in Orrin County, "
    "where antimony trisulfide for ammunition primers is to be made. Mora Quist, who leads Halden, called it a "
    "turning point for Idaho.",
    days=1,
)


FEW_WEEKS = 45


def joined(old, new):
    return placed(old, new)[1]


def test_one_event_in_other_words_is_one_story():
    decision = joined(GRANT, GRANT_TOLD_ANEW)

    assert decision.story == GRANT.id
    assert decision.reason is Reason.SAME_EVENT
    assert "Halden" in decision.detail
    assert "points" in decision.detail


def test_another_firms_event_of_the_same_sort_is_another_story():
    other = make_story(
        "Army backs Corvane's tungsten mill",
        "The US Army will give Corvane Minerals up to $12 million for a tungsten mill in Tessel, Nevada, officials said "
        "on Tuesday. Corvane wants to make ammonium paratungstate there by 2029, chairman Ulf Brandeis said.",
    )

    assert joined(GRANT, other).reason is Reason.FOUNDED


def test_the_same_firms_next_announcement_is_another_story():
    placement = make_story(
        "Halden Metals closes oversubscribed placement",
        "Halden Metals has sold 11 million shares at C$2.15 each, it said on Friday. Two funds of Zurich bought the most. "
        "The proceeds pay for drilling at the Skarn Ridge prospect and for working capital.",
        days=4,
    )

    assert joined(GRANT, placement).reason is Reason.FOUNDED


@pytest.mark.parametrize("days", [30, 91])
def test_the_same_template_on_another_date_is_another_story(days):
    body = "Halden Metals will publish its results and hold a call for investors. Mora Quist and Ida Lund will speak."
    first = make_story("Halden Metals schedules its quarterly call", body)
    next_ = make_story("Halden Metals schedules its quarterly call", f"{body} Dial in early.", days=days)

    decision = joined(first, next_)
    assert decision.reason is Reason.FOUNDED
    assert days > FEW_WEEKS or decision.detail.startswith(f"like {first.id} from ")
    assert days > FEW_WEEKS or " points), but " in decision.detail


def test_what_is_like_nothing_has_no_reason_to_stand_apart():
    harvest = make_story("Plum harvest begins early", "Growers of the valley picked the first plums on Sunday.")

    assert (joined(GRANT, harvest).reason, joined(GRANT, harvest).detail) == (Reason.FOUNDED, "")


def test_another_number_of_an_announcement_is_another_story():
    text = (
        "The Ministry of Commerce and the General Administration of Customs put export controls on items related to {}, "
        "with effect from the day of publication, to safeguard national security. Exporters shall apply for licences."
    )
    first = make_story("Announcement No. 61 of 2025 on export controls", text.format("holmium and erbium metals"))
    second = make_story("Announcement No. 62 of 2025 on export controls", text.format("holmium and erbium alloys"))

    assert joined(first, second).reason is Reason.FOUNDED


def test_one_announcement_in_english_and_chinese_is_one_story():
    english = make_story(
        "Ireland's new export control act takes effect",
        "The minister, Dara Colley TD, said on August 22, 2024 that the Export Control Act 2023 is in force. It replaces "
        "the act of 2008. A new system for applications, called EAS, was opened on the same day. Fines reach 10 million "
        "euros.",
    )
    chinese = make_story(
        "爱尔兰新出口管制法生效",
        "8月22日，爱尔兰贸易部长达拉·科利（Dara Colley TD）宣布《2023年出口管制法》正式生效，取代2008年的旧法。"
        "新的申请系统EAS于8月22日启动。罚款最高达1000万欧元。",
    )

    for pair in ((english, chinese), (chinese, english)):
        decision = joined(*pair)
        assert decision.reason is Reason.SAME_EVENT
        assert "08-22" in decision.detail


OPENING = (
    "Varda Magnets opened its plant for neodymium magnets in Kirkholm on August 22, 2026. It cost 184 million dollars and "
    "is to make 2,600 tonnes a year. Chief executive Ilse Brandt said that VARDA-One is fully sold until 2029."
)


OPENING_ELSEWHERE = {
    "zh": (
        "瓦尔达磁体公司（Varda Magnets）8月22日在柯克霍尔姆（Kirkholm）启用钕磁体工厂，投资1.84亿美元，年产能2600吨。"
        "首席执行官Ilse Brandt说，VARDA-One的产量到2029年已售罄。"
    ),
    "ja": (
        "バルダ・マグネッツ(Varda Magnets)は8月22日、カークホルム(Kirkholm)でネオジム磁石の工場を開いた。"
        "投資額は1.84億ドル、年産2600トン。Ilse Brandt最高経営責任者は、VARDA-Oneは2029年まで完売したと述べた。"
    ),
    "de": (
        "Varda Magnets hat am 22. August in Kirkholm sein Werk für Neodym-Magnete eröffnet. Es kostete 184 Millionen "
        "Dollar und soll 2600 Tonnen im Jahr liefern. VARDA-One sei bis 2029 ausverkauft, sagte Ilse Brandt."
    ),
}


@pytest.mark.parametrize("language", OPENING_ELSEWHERE)
def test_one_opening_in_two_languages_is_one_story_and_another_opening_is_not(language):
    english = make_story("Varda Magnets opens plant in Kirkholm", OPENING)
    other = OPENING.replace("Varda Magnets", "Brenn Alloys").replace("VARDA-One", "BRENN-2").replace("184", "97")
    other = other.replace("Kirkholm", "Tarmouth").replace("2,600", "1,150").replace("Ilse Brandt", "Olaf Tesch")
    apart = make_story("Brenn Alloys opens plant in Tarmouth", other.replace("22", "19"))
    told = make_story(OPENING_ELSEWHERE[language][:24], OPENING_ELSEWHERE[language])

    assert joined(english, told).reason is joined(told, english).reason is Reason.SAME_EVENT
    assert joined(apart, told).reason is joined(told, apart).reason is Reason.FOUNDED


def test_within_one_source_a_report_of_the_same_act_joins_and_an_essay_on_it_does_not():
    again = make_story(
        "What the Army's antimony money means",
        "Primers need antimony, and the Army pays Halden Metals for a smelter. Idaho hopes for work, Quist said, "
        "and shells made at home. Critics ask who mines the ore, and at what price.",
        source="desk",
    )
    told = make_account("government_funding", actor="us_army")
    essay = make_account("government_funding", actor="us_army", genre=Genre.OPINION)
    first = replace(GRANT, source="desk", account=told)

    assert joined(first, replace(again, account=told)).reason is Reason.SAME_EVENT
    assert joined(first, replace(again, account=essay)).reason is Reason.FOUNDED
    assert joined(first, replace(again, account=essay, source="other")).reason is Reason.SAME_EVENT


def test_a_preview_is_another_story_than_the_event():
    preview = make_story(
        "What to expect of the minerals summit in Lisbon",
        "Ministers of thirty countries will meet in Lisbon next month. Analysts wonder whether reference prices will be "
        "on the table, and who pays for stockpiles. Some doubt that anything binding comes of it.",
    )
    event = make_story(
        "Lisbon summit agrees on a floor under magnet metals",
        "Thirty governments signed the Lisbon Accord on Thursday. It sets a floor of $96 a kilogram for neodymium oxide "
        "and a fund of 4.5 billion euros. Envoy Petra Salgueiro signed for the Union.",
        days=24,
    )

    assert joined(preview, event).reason is Reason.FOUNDED


BAN = (
    "The Ministry of Commerce of Eastland bans exports of gallium and germanium to Westmark with effect from "
    "3 December. The ministry cited national security. Shipments of antimony to Westmark need a licence as well."
)


def test_the_official_answer_on_the_same_day_is_the_same_story():
    act = make_story(
        "Eastland bans gallium exports to Westmark", BAN, account=make_account("export_control", actor="me")
    )
    answer = make_story(
        "Eastland's spokesperson answers on the gallium ban",
        f"Asked about the ban on exports of gallium and germanium to Westmark from 3 December, the spokesperson of the "
        f"Ministry of Commerce of Eastland said that it protects national security. {BAN[-70:]}",
        account=make_account("policy_statement", actor="me"),
    )

    assert joined(act, answer).story == act.id


def test_another_states_protest_is_another_story():
    act = make_story(
        "Eastland bans gallium exports to Westmark", BAN, account=make_account("export_control", actor="me")
    )
    protest = make_story(
        "Westmark protests against Eastland's gallium ban",
        f"Westmark called on Eastland to withdraw its ban on exports of gallium and germanium of 3 December. {BAN}",
        account=make_account("policy_statement", actor="mw"),
    )

    assert joined(act, protest).reason is Reason.FOUNDED


def test_a_deal_with_another_party_is_another_story():
    body = (
        "Ionex Rare Earths and {} have signed a non-binding memorandum on magnet recycling at Ionex's Belmarsh plant. "
        "Both want to build a closed loop for neodymium magnets, managing director Tim Harrow said."
    )
    first = make_story(
        "Ionex signs magnet recycling MoU",
        body.format("EMRA"),
        account=make_account("mou_partnership", actor="i", party="e"),
    )
    second = make_story(
        "Ionex and USSM agree on recycling",
        body.format("US Strategic"),
        account=make_account("mou_partnership", actor="i", party="u"),
    )

    assert joined(first, second).reason is Reason.FOUNDED


def test_a_comment_on_an_event_is_not_its_story():
    act = make_story("Eastland bans gallium exports to Westmark", BAN, account=make_account("export_control"))
    comment = make_story(
        "Why bans change so little",
        "Another week, another ban: after Eastland's move against Westmark, traders shrug. Smugglers, stocks and "
        "substitutes have blunted every embargo since the oil shock, argues Hal Brook. Prices of gallium hardly moved.",
        account=make_account("export_control", genre=Genre.OPINION),
        days=1,
    )

    assert joined(act, comment).reason is Reason.FOUNDED


def test_a_denial_is_not_the_story_of_the_claim():
    claim = make_story("Eastland drops price floor for magnet metals", BAN)
    denial = make_story("Eastland denies it drops price floor for magnet metals", f"{BAN} Nothing of it is true.")

    assert joined(claim, denial).reason is Reason.FOUNDED


def test_one_act_that_names_several_countries_on_one_day_is_one_story():
    text = (
        "Commerce determines that countervailable subsidies are provided to producers of ferroniobium from {}. "
        "The period of investigation is January 1, 2024, through December 31, 2024. Parties may comment."
    )
    title = "Ferroniobium From {}: Preliminary Countervailing Duty Determination"
    first = make_story(title.format("Norway"), text.format("Norway"))
    second = make_story(title.format("Thailand"), text.format("Thailand"))

    assert joined(first, second).story == first.id


def test_short_headlines_alone_join_nothing():
    first, second = make_story("Gallium prices rise"), make_story("Gallium prices jump")

    assert joined(first, second).reason is Reason.FOUNDED


def test_what_no_longer_lies_within_the_window_is_another_story():
    late = make_story(GRANT_TOLD_ANEW.title, GRANT_TOLD_ANEW.text, days=60)

    assert joined(GRANT, late).reason is Reason.FOUNDED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ministry sets an export ban on antimony", "Ministry sets an export ban on palm oil"),
        ("Ministry sets an export ban on metal x8", "Ministry sets an export ban on metal b-old"),
        ("8-K - Other Sample Corp (0001000003) (Filer)", "8-K - Malaga Sample Metals Inc (0001000001) (Issuer)"),
    ],
)
def test_one_pattern_about_another_thing_is_another_story(before, after):
    body = "The ministry of commerce published the decision in the gazette today. Exporters need a licence from May."
    old, new = make_story(before, body), make_story(after, body.replace("May", "June"))

    assert joined(old, new).story != old.id
