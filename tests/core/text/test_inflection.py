"""The forms an item stands for, by the tables that ship."""

from __future__ import annotations

import pytest

from tests.core.lexicon import inflections
from watcher.core.text.inflection import Inflection, forms


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ban", {"ban", "bans", "banned", "banning"}),
        ("permit", {"permit", "permits", "permitted", "permitting"}),
        ("impose", {"impose", "imposes", "imposed", "imposing"}),
        ("supply", {"supply", "supplies", "supplied", "supplying"}),
        ("delay", {"delay", "delays", "delayed", "delaying"}),
        ("tax", {"tax", "taxes", "taxed", "taxing"}),
        ("take", {"take", "takes", "took", "taken", "taking"}),
        ("tie", {"tie", "ties", "tied", "tying"}),
        ("agree", {"agree", "agrees", "agreed", "agreeing"}),
        ("quit", {"quit", "quits", "quitting"}),
        ("focus", {"focus", "focuses", "focused", "focusing"}),
        ("analysis", {"analysis", "analyses"}),
        ("quota", {"quota", "quotas"}),
        ("cargo", {"cargo", "cargos", "cargoes"}),
        ("licensing", {"licensing", "licensings"}),
    ],
)
def test_english_forms_hold_those_a_reader_expects(word, expected):
    assert expected <= set(forms(word, "en", inflections()).texts)


@pytest.mark.parametrize("word", ["exports", "the", "of", "EU", "4090", "signed"])
def test_words_that_stand_for_themselves_only(word):
    assert forms(word, "en", inflections()).texts == (word.lower(),)


def test_an_irregular_past_takes_the_place_of_the_regular_one():
    assert "withdrawed" not in forms("withdraw", "en", inflections()).texts


def test_plain_items_count_as_english_only_in_latin_script():
    assert "bans" in forms("ban", "any", inflections()).texts
    assert forms("出口管制", "any", inflections()).texts == ("出口管制",)
    assert forms("экспорт", "any", inflections()).texts == ("экспорт",)
    assert forms("ban", "sv", inflections()).texts == ("ban",)


def test_german_nouns_begin_compounds_and_other_words_take_endings():
    assert forms("Exportverbot", "de", inflections()).texts == ("exportverbot", "exportverbot*")
    assert {"zolle", "zolls"} <= set(forms("Zoll", "de", inflections()).texts)
    assert "verhangtes" in forms("verhängt", "de", inflections()).texts


def test_french_and_spanish_plurals():
    assert {"metal", "metaux"} == set(forms("métal", "fr", inflections()).texts)
    assert {"reseau", "reseaux"} == set(forms("réseau", "fr", inflections()).texts)
    assert "paises" in forms("país", "es", inflections()).texts
    assert "luces" in forms("luz", "es", inflections()).texts


def test_more_than_64_forms_leave_only_first_and_last_word_inflected():
    many = forms("release the draft environmental impact statement", "en", inflections())

    assert many.reduced
    assert many.count > 64
    assert len(many.texts) <= 64
    assert {text.split()[2] for text in many.texts} == {"draft"}


@pytest.mark.parametrize(
    "table",
    [{"language": "xx", "irregular": []}, {"language": "xx", "colour": 1}, {"language": "xx", "endings": 5}],
)
def test_a_table_with_a_fault_is_refused(table):
    with pytest.raises(ValueError, match=r"inflection table|list of words"):
        Inflection.from_plain(table)
