from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.lexicon.readings import reading, shipped
from watcher.core.lexicon.subjects import materials_of
from watcher.core.model import Zone, ZoneSpan

_LONG = "Officials said that the plan would be discussed with partners, and that no date had been set for talks. " * 5


def codes(title, body="", *, language="en", reported=True):
    return materials_of(reading(title, body, language=language), shipped(), reported=reported)


@pytest.mark.parametrize(
    ("language", "title", "body", "found"),
    [
        ("en", "Antimony curbs bite", "Beijing bars gallium, germanium, and antimony.", ("Sb", "Ga", "Ge")),
        ("zh", "锑价上涨", "中国限制镓、锗和锑出口。", ("Sb", "Ga", "Ge")),
        ("de", "Antimon wird knapp", "Betroffen sind Gallium, Germanium und Antimon.", ("Sb", "Ga", "Ge")),
        ("en", "Antimony curbs bite", "Germanium and antimony are used in fibre.", ("Sb",)),
        ("en", "Antimony curbs bite", "Lithium, nickel and cobalt fell as well.", ("Sb",)),
    ],
)
def test_what_is_listed_in_one_breath_with_the_title_is_told_with_it(language, title, body, found):
    assert codes(title, body, language=language) == found


def test_where_all_is_of_another_field_a_metals_name_is_but_a_name():
    token, miner = reading("Lithium presale goes live", ""), reading("Gold and copper miner closes financing", "")

    assert materials_of(token, shipped()) == ("Li",)
    assert materials_of(token, shipped(), strange=True) == ()
    assert materials_of(miner, shipped(), strange=True) == ("Au",)


@pytest.mark.parametrize(
    ("body", "found"), [(_LONG, ("CM",)), (f"{_LONG} Tungsten is named as well.", ("W",)), ("In short.", ("W",))]
)
def test_a_metal_beside_the_word_of_policy_that_is_never_named_again_is_a_figure_of_speech(body, found):
    assert codes("Allies first, tungsten later: the turn on critical minerals", body) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [("Harrow Nickel Corp. wins permits", ("Ni",)), ("Harrow Resources Corp. wins permits", ("Ni", "Cu"))],
)
def test_what_an_issuer_is_called_after_goes_before_what_its_deposit_holds_besides(title, found):
    assert codes(title, "It hosts 4 Mt at 0.3% nickel and 0.1% copper.") == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Slump weighs on lithium, cobalt and nickel producers", ("Li", "Co", "Ni")),
        ("Uranium and rare earths miner Harrow posts loss", ("U", "REE")),
        ("Gold miner Harrow buys lithium ground", ("Li",)),
    ],
)
def test_several_businesses_are_told_and_one_is_aside(title, found):
    assert codes(title) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Mineradora amplia produção de nióbio", ("Nb",)),
        ("Brasil exporta terras raras pesadas: disprósio e térbio", ("HREE", "Dy", "Tb")),
        ("Empresa vende lítio e níquel", ("Li", "Ni")),
    ],
)
def test_portuguese_names_are_known(title, found):
    assert codes(title, language="pt") == found


@pytest.mark.parametrize(
    ("title", "body", "found"),
    [
        ("Conference season opens", "Sponsors include lithium firms. A cobalt stand is planned.", ()),
        ("Conference season opens", "Lithium is the theme. Speakers debate lithium prices.", ("Li",)),
        ("Conference season opens", "Critical minerals are the theme; critical minerals sell.", ()),
        ("Critical minerals season opens", "Lithium is the theme.", ("Li",)),
    ],
)
def test_an_article_without_news_is_about_what_it_names_twice(title, body, found):
    assert codes(title, body, reported=False) == found


def test_news_is_about_what_its_lines_name_once():
    assert codes("Ministry acts", "Lithium falls under the scheme.") == ("Li",)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Harrow expands its Gold Silver Copper Zinc Project", ("Au", "Ag", "Cu", "Zn")),
        ("Harrow drills silver-cobalt property", ("Ag", "Co")),
        ("Gold, copper and zinc prices", ("Cu", "Zn")),
    ],
)
def test_precious_metals_count_in_what_a_project_is_called_after(title, found):
    assert codes(title) == found


def test_a_notice_is_about_what_stands_behind_its_control_codes_however_far_down():
    body = f"{'根据有关规定，决定对下列物项实施出口管制。' * 60}\n（一）1C902.a.金属钐\n（二）6C002.b.碲\n第三条 铜不在此列。"

    assert codes("关于钨相关物项的公告", body, language="zh") == ("W", "Sm", "Te")


def test_magnets_of_no_sort_are_of_the_rare_earths_that_the_first_lines_name():
    assert codes("Permanent magnet plant opens", "It will use NdPr oxide from Brazil.") == ("magnets", "NdPr")


def test_members_of_a_family_in_the_title_count_in_all_highlights():
    first, rest = "The deal was signed in Brazil. ", f"{_LONG} Dysprosium and terbium go west."
    title = "Loan for heavy rare earths"
    article = reading(title, first + rest, language="en")
    zones = (article.zones[0], ZoneSpan(zone=Zone.HIGHLIGHTS, start=len(title) + 2, end=len(article.text)))

    assert materials_of(article, shipped()) == ("HREE",)
    assert materials_of(replace(article, zones=zones), shipped()) == ("HREE", "Dy", "Tb")
