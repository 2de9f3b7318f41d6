"""Scrubbed, folded and parted text: tables of what must be alike, and properties of the way back."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.text.plain import fold, fold_with_map, normal, normal_with_map, script_words, scrub, sentences

TEXTS = st.text(max_size=60) | st.text(
    alphabet="ab Z.éüßﬁＲ™®\u00a0\u2011\u200bİK\u0301\u0336が\uff76\uff9e出口管，（제한\u1112\u1161\u11ab'’-–\n?",
    max_size=40,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("exe\u202efdp\u2066x\u2069\u200e", "exefdpx"),
        ("\ud83d half", " half"),
        ("tag\U000e0041\U000e0001", "tag"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("tab\tstays\n", "tab\tstays\n"),
        ("e\u0301", "é"),
        ("\ufffe\uffff", ""),
    ],
)
def test_scrub_drops_what_cannot_be_shown(raw, shown):
    assert scrub(raw) == shown


@given(TEXTS)
def test_scrub_twice_is_scrub_once_and_leaves_no_control(text):
    once = scrub(text)

    assert scrub(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert all(letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"} for letter in once)


@pytest.mark.parametrize(
    ("shown", "folded"),
    [
        ("Rare\u00a0Earth", "rare earth"),
        ("rare\u2011earth", "rare-earth"),
        ("RARE\u3000EARTH", "rare earth"),
        ("ＲＡＲＥ ｅａｒｔｈ", "rare earth"),
        ("ﬁnance™ and MagREE®", "finance and magree"),
        ("Kelvin \u212a", "kelvin k"),
        ("İstanbul", "istanbul"),
        ("pay\u200bpal so\u00adft", "paypal soft"),
        ("China’s “floor” – now", 'china\'s "floor" - now'),
        ("Łódź Förderung naïve Œuvre", "lodz forderung naive oeuvre"),
        ("Straße", "strasse"),
        ("ｶﾞﾘｳﾑ ガリウム", "ガリウム ガリウム"),
        ("出口管制，自公布", "出口管制,自公布"),
        ("희토류", "희토류"),
        ("\u00b4", "'"),
        ("Ελλάδα Ёлка", "ελλαδα елка"),
    ],
)
def test_fold_makes_alike_what_reads_alike(shown, folded):
    assert fold(shown) == folded


@given(TEXTS)
def test_the_mapped_fold_is_the_fold_and_its_offsets_never_fall(text):
    text = scrub(text)

    folded = fold_with_map(text)

    assert folded.text == fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset < len(text) for offset in folded.offsets)


def test_what_needs_no_folding_is_what_folding_leaves_alone():
    every = [chr(code) for code in range(0x2000, 0x10000) if not 0xD800 <= code < 0xE000]

    for first in range(0, len(every), 64):
        run = "".join(every[first : first + 64])
        assert fold_with_map(run).text == fold(run)
        assert all(fold_with_map(letter * 9).text == fold(letter * 9) for letter in run)


@given(TEXTS)
def test_the_normal_form_has_a_map_too(text):
    text = scrub(text)

    mapped = normal_with_map(text)

    assert mapped.text == normal(text)
    assert len(mapped.offsets) == len(mapped.text)


@given(TEXTS)
def test_fold_of_a_fold_changes_nothing(text):
    once = fold(scrub(text))

    assert fold(once) == once


@given(
    st.lists(st.sampled_from(["rare™ earth", "Größe", "出口管制", "ｶﾞ", "ﬁne", "e\u0336x", "한국"]), min_size=1),
    st.data(),
)
def test_a_span_of_folded_text_leads_to_shown_text_that_folds_to_it(parts, data):
    shown = scrub(" ".join(parts))
    folded = fold_with_map(shown)
    words = folded.text.split(" ")
    index = data.draw(st.integers(0, len(words) - 1))
    start = len(" ".join(words[:index])) + bool(index)

    first, last = folded.span(start, start + len(words[index]))

    assert fold(shown[first:last]) == words[index]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("China acts. Prices rise! Why? Nobody knows", ["China acts.", "Prices rise!", "Why?", "Nobody knows"]),
        ("The U.S. Army paid $6.9 million. It said so.", ["The U.S. Army paid $6.9 million.", "It said so."]),
        ("He lives in the U.S. The rest do not.", ["He lives in the U.S.", "The rest do not."]),
        (
            "MP Materials Corp. sold to Apple Inc. and J. Smith.",
            ["MP Materials Corp. sold to Apple Inc. and J. Smith."],
        ),
        ("It bought Foo Ltd. The deal closed.", ["It bought Foo Ltd.", "The deal closed."]),
        ("Announcement No. 55 of 2025. Exports stop.", ["Announcement No. 55 of 2025.", "Exports stop."]),
        (
            "Am 10. November endet es. Danach z. B. Dysprosium.",
            ["Am 10. November endet es.", "Danach z. B. Dysprosium."],
        ),
        ("La Sra. Ruiz firmó. Mme. Dupont aussi.", ["La Sra. Ruiz firmó.", "Mme. Dupont aussi."]),
        ("商务部公布。自公布之日起实施！好？是", ["商务部公布。", "自公布之日起实施！", "好？", "是"]),
        ("Title without stop\nBody starts", ["Title without stop", "Body starts"]),
        ('He said: "It is over." They left.', ['He said: "It is over."', "They left."]),
        ("Rates were 3.5 to 4.5.", ["Rates were 3.5 to 4.5."]),
        ("H.R. 4090 passed. Good", ["H.R. 4090 passed.", "Good"]),
        ("1. Gallium rises. 2. Tin falls. IV. Others", ["1. Gallium rises.", "2. Tin falls.", "IV. Others"]),
        ("It cost 40. Then 50.", ["It cost 40.", "Then 50."]),
        ("   \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text, parts):
    assert [text[start:end] for start, end in sentences(text, 0, len(text))] == parts


def test_sentences_stay_within_the_stretch_asked_for():
    text = "One. Two. Three."

    assert sentences(text, 5, 9) == [(5, 9)]


def test_script_words_parts_han_into_pairs_and_leaves_words_whole():
    assert script_words(fold("AI芯片管制 rare-earth 희토류")) == (
        "ai",
        "芯片",
        "片管",
        "管制",
        "rare",
        "earth",
        "희토류",
    )


def test_every_spoof_can_be_scrubbed_and_folded(shared):
    for row in json.loads((shared / "hostile" / "unicode_spoof.json").read_text("utf-8")):
        text = scrub(row["value"])

        assert fold_with_map(text).text == fold(text)
        text.encode("utf-8")


@pytest.mark.parametrize("text", ["plain text", "Mineração™ of gallium", "“typographic” quotes"])
def test_several_spans_are_those_of_each(text):
    folded = fold_with_map(text)
    stretches = [(0, 5), (6, len(folded.text))]

    assert folded.spans(stretches) == tuple(folded.span(*stretch) for stretch in stretches)
