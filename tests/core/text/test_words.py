"""How words match: the rule language's own examples, edges beside CJK, exact forms, stars, masks and the way back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.lexicon import inflections
from tests.core.rules.make import reading
from watcher.core.rules.scanning import Scan
from watcher.core.text.plain import fold, scrub
from watcher.core.text.words import WordItem, WordList, item_fault


def found(items, text, *, language="en", masks=()):
    as_items = [item if isinstance(item, WordItem) else WordItem(text=item) for item in items]
    as_masks = [WordItem(text=mask) for mask in masks]
    article = reading(text, language=language)
    spans = WordList.of(as_items, as_masks, inflections()).find(article, article.paragraphs)
    return [article.text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("item", "text", "quotes"),
    [
        ("price floor", "a price-floor, Price Floors and a price floor", ["price-floor", "Price Floors", "price floor"]),
        ("price floor", "they price the floor", []),
        ("price floor", "price, floor. Price. Floor", []),
        ("price floor", "price\nfloor", []),
        ("price floor", "the price?floor and price/floor", ["price?floor", "price/floor"]),
        ("price floor", "a price  \u00a0 floor, price\u2011floor", ["price  \u00a0 floor", "price\u2011floor"]),
        ("price floor", "priced floors", ["priced floors"]),
        ("price floor", "spaceprice floor price floorboard", []),
        ("China export ban", "China's export ban; China’s export bans; China?s export ban", ["China's export ban", "China’s export bans", "China?s export ban"]),
        ("China's export ban", "the China export ban", ["China export ban"]),
        ("miner ban", "the miners' ban", ["miners' ban"]),
        ("stockpile", "stockpiled STOCKPILING Stockpile’s stockpiler", ["stockpiled", "STOCKPILING", "Stockpile"]),
        ("withdraw", "withdrew, withdrawn and withdraws", ["withdrew", "withdrawn", "withdraws"]),
        ("put on hold", "were put on hold; putting on hold; put ons hold", ["put on hold", "putting on hold"]),
        ("U.S. export ban", "a U.S. export ban, a US export ban", ["U.S. export ban"]),
        ("H.R. 4090", "H.R. 4090 and H.R.4090", ["H.R. 4090"]),
        ("AT&T", "AT&T and AT T", ["AT&T"]),
        ("naive facade", "naïve façade", ["naïve façade"]),
        ("Förderung", "forderung", ["forderung"]),
        ("rare earth", "RARE\u3000EARTHS ＲＡＲＥ earth rare™ earth ra\u200bre earth", ["RARE\u3000EARTHS", "ＲＡＲＥ earth", "rare™ earth", "ra\u200bre earth"]),
        ("finance", "the ﬁnance bill", ["ﬁnance"]),
        ("=REE", "REE, ree, REEs, Ree, FREE, REE-free, REE's", ["REE", "REE", "REE"]),
        ("=pre-feed", "pre-feed, pre feed, Pre-feed, prefeed", ["pre-feed"]),
        ("=Álamo", "Álamo Alamo", ["Álamo"]),
        ("=permit", "permits permit Permit", ["permit"]),
        ("=U.S.", "U.S. and U.S", ["U.S."]),
        ("=.com", "the .com boom", [".com"]),
        ("stockpil*", "stockpile Stockpiling stockpil restockpile", ["stockpile", "Stockpiling", "stockpil"]),
        ("*magnet", "electromagnet, magnet, magnets", ["electromagnet", "magnet"]),
        ("strategic stockpil*", "strategic stockpiles strategically stockpile", ["strategic stockpiles"]),
        ("sanction* list", "sanctioned lists", ["sanctioned lists"]),
        ("SmCo", "smco magnets; SmCo磁体", ["smco", "SmCo"]),
        ("China", "中国China出口", ["China"]),
        ("MoU", "MoU署名", ["MoU"]),
        ("出口管制", "实施出口管制。出口 管制措施", ["出口管制", "出口 管制"]),
        ("出口 管制", "实施出口管制", ["出口管制"]),
        ("出口管制", "出口\n管制", []),
        ("=矿", "采矿权", ["矿"]),
        ("AI芯片", "OpenAI芯片 AI 芯片", ["AI 芯片"]),
        ("ガリウム", "ｶﾞﾘｳﾑの輸出", ["ｶﾞﾘｳﾑ"]),
        ("ガリウム", "Exports of ｶﾞﾘｳﾑ", ["ｶﾞﾘｳﾑ"]),
        ("株式会社", "㍿ Magnet", ["㍿"]),
        ("희토류", "희토류를 한국희토류 한국 희토류 MP희토류", ["희토류", "희토류", "희토류"]),
        ("희토류 수출", "희토류수출을 금지", ["희토류수출"]),
        ("экспорт", "Экспорт галлия", ["Экспорт"]),
        ("निर्यात", "निर्यात प्रतिबंध", ["निर्यात"]),
    ],
)  # fmt: skip
def test_an_item_finds_what_the_language_says(item, text, quotes):
    assert found([item], text) == [scrub(quote) for quote in quotes]


def test_the_longest_match_wins():
    assert found(["export", "export control", "control list"], "export control list") == ["export control"]


def test_a_mask_hides_the_words_inside_it_only():
    assert found(["export ban"], "The export ban lifted in May; a new export ban.", masks=["export ban lifted"]) == [
        "export ban"
    ]
    assert found(["export ban"], "exports bans lifted", masks=["export ban lifted"]) == []
    assert found(["possible export ban"], "a possible export ban", masks=["export ban"]) == ["possible export ban"]


@pytest.mark.parametrize(
    ("item", "language", "text", "article", "hit"),
    [
        ("Exportverbot", "de", "Die Exportverbotsliste", "de", True),
        ("Exportverbot", "de", "The Exportverbot", "en", False),
        ("Exportverbot", "de", "Das Exportverbot", "und", True),
        ("Exportverbot", "de", "Das Exportverbot", "", True),
        ("Exportverbot", "de", "Ein Exportverbot", "zh-Hans", True),
        ("export ban", "en", "export ban", "de", False),
        ("export ban", "any", "export bans", "de", True),
        ("出口管制", "zh", "公告 出口管制 today", "en", True),
        ("出口管制", "zh", "出口管制について", "en", False),
        ("輸出規制", "ja", "輸出規制を強化", "en", True),
        ("輸出規制", "ja", "輸出規制", "zh", False),
        ("輸出規制", "ja", "輸出規制", "ja", True),
        ("수출 통제", "ko", "수출통제 강화", "en", True),
        ("métal", "fr", "les métaux", "fr", True),
        ("prohibición", "es", "las prohibiciones", "es", True),
    ],
)
def test_an_item_is_sought_in_its_own_language(item, language, text, article, hit):
    assert bool(found([WordItem(text=item, language=language)], text, language=article)) is hit


def test_matches_outside_the_stretches_asked_for_do_not_count():
    article = reading("Gallium first.", lead="Gallium again. And gallium.")
    words = WordList.of([WordItem(text="gallium")])

    assert len(words.find(article, article.paragraphs)) == 3
    assert words.find(article, [(15, 29)]) == ((15, 22),)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ("矿", "one character alone needs ="),
        ("st*", "needs 3 letters beside it"),
        ("st*pile", "either end of a word"),
        ("*sto*", "more than one"),
        ("*", "no letter"),
        (" - ", "no letter"),
        ("=矿", None),
        ("=a*b", None),
        ("stockpil*", None),
        ("REE", None),
    ],
)
def test_items_that_mean_nothing_are_named(item, fault):
    said = item_fault(item)

    assert (said is None) if fault is None else (fault in said)


def test_an_item_of_many_forms_is_reported():
    words = WordList.of([WordItem(text="release the draft environmental impact statement")], (), inflections())

    assert words.reduced[0][1] > 64
    assert found(
        ["release the draft environmental impact statement"], "released the draft environmental impact statements"
    )
    assert not found(
        ["release the draft environmental impact statement"], "released the drafted environmental impact statement"
    )


@pytest.mark.parametrize("value", ["rare\u00a0earth", "rare\u2011earth", "RARE\u3000EARTH", "ＲＡＲＥ earth"])
def test_spoofed_writings_of_an_item_match(value):
    assert found(["rare earth"], f"new {value} curbs") == [value]


def test_the_rows_that_must_match_do(shared):
    rows = [
        row
        for row in json.loads((shared / "hostile" / "unicode_spoof.json").read_text("utf-8"))
        if "must match" in row["why"]
    ]
    assert rows
    for row in rows:
        assert found(["rare earth", "finance"], f"The {row['value']} bill") == [row["value"]], row["why"]


WRITINGS = st.sampled_from(
    [
        "price floor",
        "Price-Floors",
        "PRICE\u00a0FLOOR",
        "ｐｒｉｃｅ floor",
        "price\u2011flo\u00ador",
        "príce floor’s",
        "出口 管制",
        "出口管制",
        "=REE",
    ]
)
NOISE = st.text(alphabet="ab ™ßﬁé管'中-.\u0301\u200bİ\n", max_size=12)


@given(st.lists(st.tuples(NOISE, WRITINGS), max_size=6))
def test_every_span_leads_to_shown_text_that_folds_to_the_item(parts):
    article = reading(scrub("".join(noise + " " + writing + " " for noise, writing in parts)) or "x")
    words = WordList.of([WordItem(text="price floor"), WordItem(text="出口管制")], (), inflections())

    for start, end in words.find(article, article.paragraphs):
        shown = fold(article.text[start:end]).replace("-", " ")
        assert shown.replace(" ", "") in {"pricefloor", "pricefloors", "出口管制"}


@given(st.lists(st.tuples(NOISE, WRITINGS), max_size=6))
def test_whatever_is_found_holds_one_of_the_literals(parts):
    article = reading(scrub("".join(noise + " " + writing + " " for noise, writing in parts)) or "x")
    words = WordList.of([WordItem(text="price floor"), WordItem(text="出口管制")], (), inflections())

    if words.find(article, article.paragraphs):
        assert Scan(words.literals).hits(article.folded, has_cjk=article.has_cjk)


def test_a_possessive_in_capitals_is_one_too():
    words = WordList.of([WordItem(text="CHINA'S EXPORT")], (), inflections())

    assert words.find(reading("China's export rises"), ((0, 20),))
