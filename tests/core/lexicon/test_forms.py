from __future__ import annotations

import pytest

from tests.core.lexicon.readings import reading
from watcher.core.lexicon.forms import organisations_by_form, short_name


def names(title, body=""):
    return {named.name for named in organisations_by_form(reading(title, body, language="en"))}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Harrow Lithium Secures Drill Permit at Salt Flat", "Harrow Lithium"),
        ("Harrow Lithium raises A$20 million", "Harrow Lithium"),
        ("HARROW LITHIUM REPORTS FIRST ASSAYS", "Harrow Lithium"),
        ("Brightvein Technologies announces a new refinery", "Brightvein"),
        ("MineNews – Harrow Lithium Corp. (TSX.V: HRL) (OTCQB: HRLLF) Closes Placement", "Harrow Lithium"),
        ("Deal of the day: Harrow Lithium Ltd. agrees offtake", "Harrow Lithium"),
        ("Harrow Lithium CEO says talks go on", "Harrow Lithium"),
        ("Lithium miner Harrow buys ground", "Harrow"),
        ("Talks with magnet maker Harrow Hill Magnetics, sources say", "Harrow Hill Magnetics"),
        ("General Metals Company reports results", "General Metals"),
        ("Stonebridge Capital Partners Initiates Coverage on Harrow", "Stonebridge"),
        ("Funds from the Ministry of Mines and Energy arrive", "Ministry of Mines and Energy"),
        ("Grant for the Geological Survey of Ruritania", "Geological Survey of Ruritania"),
        ("Study by Northfield University finds gaps", "Northfield University"),
        ("Dutch government seizes chip maker", "Dutch government"),
        ("Swiss finance minister quits", "Swiss finance ministry"),
        ("与江南稀土有限公司签约", "江南稀土有限公司"),
        ("东岭资源拟定增募资20亿元", "东岭资源"),
        ("株式会社ヤマダ鉱業が発表", "株式会社ヤマダ鉱業"),
    ],
)
def test_an_unknown_organisation_is_known_by_its_form(title, name):
    assert any(found in {name, f"{name}が発表"} for found in names(title))


@pytest.mark.parametrize(
    "title",
    [
        "Copper Prices Rise on Tariff Fears",
        "Why Lithium Stocks Fell This Week",
        "Critical Minerals Deal Signed",
        "Trump Adds Copper to List",
        "Traders Rush to Ship Copper",
        "The mine opens",
        "Lithium miner Buys Ground",
        "Battery maker CEO quits",
        "Explorer closes financing to drill lithium targets",
        "Interior adds copper to final list",
        "Drilling extends gallium zone by 200 metres",
        "上市公司拟募资30亿元",
        "关于将某防务公司列入出口管制管控名单的公告",
        "矿业公司年报显示收入下降",
        "江南成立合资公司",
        "战略资源将对外开放",
        "关于回购公司股份的进展公告",
        "发行科技创新公司债券",
        "Study finds gaps in supply",
        "",
    ],
)
def test_a_headline_without_an_organisation_gives_none(title):
    assert names(title) == set()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Harrow Lithium Corp.", "Harrow Lithium"),
        ("Harrow Lithium, Inc.", "Harrow Lithium"),
        ("Huaming Technologies Co., Ltd.", "Huaming"),
        ("Harrow Bay Holdings Ltd", "Harrow Bay"),
        ("Brightvein USA, Inc.", "Brightvein"),
        ("The Harrow Company", "Harrow Company"),
        ("Acme", "Acme"),
    ],
)
def test_the_short_name_leaves_out_what_law_and_habit_add(name, short):
    assert short_name(name) == short


def test_one_word_takes_the_longer_name_that_begins_with_it():
    assert names("Harrow Announces Assays", "VANCOUVER - Harrow Critical Metals Corp. (TSXV: HRW) said") == {
        "Harrow Critical Metals"
    }


@pytest.mark.parametrize(
    ("title", "both"),
    [
        ("Harrow Lithium and Kuroda Corporation Form Joint Venture", {"Harrow Lithium", "Kuroda"}),
        ("Bundesprüfamt genehmigt Übernahme der Harrow AG", {"Bundesprüfamt", "Harrow"}),
        ("Tungsten North plc: permit granted", {"Tungsten North"}),
        ("Common Metals Lithium Corporation Gets Permit", {"Common Metals Lithium"}),
        ("Maple Nickel Company Announces Offtake", {"Maple Nickel"}),
    ],
)
def test_two_names_are_two_and_common_words_make_one_before_a_form_of_law(title, both):
    assert names(title) == both


def test_a_name_before_its_ticker_is_whole_though_a_longer_one_begins_with_it():
    title = "Harrow (NYSE: HRW) and Harrow Copper Corp. sign with a lender"

    assert names(title) == {"Harrow", "Harrow Copper"}
