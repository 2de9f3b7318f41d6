from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.lexicon.readings import reading, shipped
from watcher.core.events.model import Account, Event, Genre, Role
from watcher.core.understanding.companies import companies_of


def account(*types, roles=()):
    events = tuple(
        Event(
            type=type_,
            status="announced",
            status_text="",
            reported=True,
            sure=True,
            start=0,
            end=1,
            sentence=(0, 1),
            roles=tuple(roles),
        )
        for type_ in types
    )
    return Account(genre=Genre.REPORT, cues=(), events=events)


def role(part, article, id_):
    named = next(each for each in shipped().find(article) if each.id == id_)
    return Role(part=part, id=id_, name=named.name, start=named.start, end=named.end)


def companies(article, events):
    return companies_of(article, shipped(), events)


def test_the_title_says_who_takes_part():
    article = reading("Lynas signs offtake with Iluka Resources", "Reuters reported it first.", language="en")

    assert companies(article, account("offtake_agreement")) == ("Lynas", "Iluka")


def test_a_firm_that_nobody_knows_is_called_by_its_short_name():
    article = reading("Harrow Lithium Corp. (TSXV: HRL) Closes Placement of C$5 Million", language="en")

    assert companies(article, account("private_financing")) == ("Harrow Lithium",)


def test_who_acts_comes_first_and_the_other_side_of_a_deal_counts():
    article = reading("Money for antimony", "The U.S. Army pays Perpetua Resources for a mill.", language="en")
    roles = (role("actor", article, "us_army"), role("party", article, "perpetua"))

    assert companies(article, account("government_funding", roles=roles)) == ("US Army", "Perpetua Resources")


def test_joint_issuers_are_named_together():
    text = "Ministry bans exports", "MOFCOM and the General Administration of Customs announced controls."

    assert companies(reading(*text, language="en"), account("export_control")) == ("MOFCOM", "GACC")


def test_another_state_that_the_act_is_about_takes_no_part():
    article = reading("商务部就美国商务部出口管制答记者问", language="zh")
    roles = (role("actor", article, "mofcom"),)

    assert companies(article, account("policy_statement", roles=roles)) == ("MOFCOM",)


@pytest.mark.parametrize(
    ("title", "language", "event", "name"),
    [
        ("荷兰扩大半导体设备出口管制", "zh", "export_control", "Dutch government"),
        ("日本修改出口管制清单", "zh", "export_control", "METI"),
        ("Japan tightens export controls", "en", "export_control", "METI"),
        ("Italy plans a stockpile", "en", "stockpile", "Italian government"),
    ],
)
def test_a_country_that_acts_stands_for_its_authority(title, language, event, name):
    assert companies(reading(title, language=language), account(event)) == (name,)


def test_the_publisher_acts_where_nobody_is_named():
    article = replace(reading("关于石墨物项的公告", language="zh"), owner="China's Ministry of Commerce")

    assert companies(article, account("export_control")) == ("MOFCOM",)


@pytest.mark.parametrize("event", ["market_move", "commentary"])
def test_nobody_acts_in_a_market_or_an_opinion_but_whom_the_title_names(event):
    article = reading("Copper prices fall", "Trafigura sees more to come.", language="en")

    assert companies(article, account(event)) == ()


def test_an_article_of_no_field_names_nobody():
    assert companies(reading("Harrow Foods Inc. (NYSE: HRF) buys a bakery", language="en"), account()) == ()


def test_at_most_four_are_named_and_no_whole_government_beside_its_ministry():
    title = "MOFCOM, Chinese government, Lynas, Iluka, Arafura Rare Earths and Vulcan Elements meet"

    assert companies(reading(title, language="en"), account("mou_partnership")) == (
        "MOFCOM",
        "Lynas",
        "Iluka",
        "Arafura",
    )


@pytest.mark.parametrize(
    ("title", "found"),
    [("Controls on magnets", ("BIS",)), ("US Department of Commerce extends controls", ("US Commerce",))],
)
def test_a_bureau_that_opens_the_lead_acts_for_its_department(title, found):
    lead = "The Bureau of Industry and Security (BIS) acts for the U.S. Department of Commerce."
    article = reading(title, lead, language="en")

    assert companies(article, account("export_control", roles=(role("actor", article, "commerce_us"),))) == found


def test_who_granted_a_permit_takes_part_though_the_firm_tells_it():
    lead = "Denison said the Canadian Nuclear Safety Commission (CNSC) had granted a licence."
    article = reading("Denison receives approval to build Phoenix", lead, language="en")

    assert companies(article, account("permit_approval")) == ("Denison", "CNSC")


def test_who_only_approved_an_act_is_not_the_one_who_acts():
    article = replace(
        reading("公告", "经国务院批准，决定对下列物项实施出口管制。", language="zh"),
        owner="China's Ministry of Commerce",
    )

    assert companies(article, account("export_control")) == ("MOFCOM",)


def test_the_other_side_is_whom_the_first_sentence_names_where_none_is_understood():
    lead = "The U.S. Army has pledged $6.9 million to Perpetua Resources. It says that Lynas may be next."
    article = reading("US Army invests in supply chain", lead, language="en")

    assert companies(article, account("government_funding")) == ("US Army", "Perpetua Resources")
