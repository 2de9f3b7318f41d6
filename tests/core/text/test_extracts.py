from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import Zone, ZoneSpan
from watcher.core.text.extracts import extract

TITLE = "Ministry licenses antimony exports"
LEAD = "The ministry said on Thursday that exporters need a licence. Applications name the buyer."
BODY = "How long an answer takes was not said. The rule names ore and oxide. Traders expect a slow spring."


def article(*paragraphs: tuple[Zone, str]) -> tuple[str, tuple[ZoneSpan, ...]]:
    text, zones = "", []
    for zone, words in paragraphs:
        zones.append(ZoneSpan(zone=zone, start=len(text), end=len(text) + len(words)))
        text += words + "\n"
    return text.rstrip("\n"), tuple(zones)


def told(text: str, zones: tuple[ZoneSpan, ...], *marked: str, **limits: int) -> list[str]:
    marks = [(text.index(words), text.index(words) + len(words)) for words in marked]
    return [text[start:end] for start, end in extract(text, zones, marks, **limits)]


def test_evidence_comes_first_then_the_opening_then_the_rest_in_the_texts_order() -> None:
    text, zones = article((Zone.TITLE, TITLE), (Zone.LEAD, LEAD), (Zone.BODY, BODY))

    assert told(text, zones, "ore and oxide", max_sentences=1) == ["The rule names ore and oxide."]
    assert told(text, zones, "ore and oxide", max_sentences=2) == [
        "The ministry said on Thursday that exporters need a licence.",
        "The rule names ore and oxide.",
    ]
    assert told(text, zones, "ore and oxide") == [
        "The ministry said on Thursday that exporters need a licence.",
        "Applications name the buyer.",
        "The rule names ore and oxide.",
    ]


def test_profiles_related_items_and_boilerplate_never_stand_for_the_article() -> None:
    text, zones = article(
        (Zone.TITLE, TITLE),
        (Zone.LEAD, "Subscribe to our newsletter today. © 2026 Ore Daily, all rights reserved. " + TITLE),
        (Zone.RELATED, "Read what else happened in the world of antimony."),
        (Zone.PROFILE, "Ore Daily has written about antimony since 1990."),
        (Zone.BODY, "Licences are needed from March."),
    )

    assert told(text, zones, "antimony since 1990") == ["Licences are needed from March."]


def test_a_sentence_too_long_to_show_is_left_out_rather_than_cut() -> None:
    text, zones = article((Zone.LEAD, "Exporters " + "and traders " * 60 + "wait. They wait for March."))

    assert told(text, zones) == ["They wait for March."]


def test_an_article_of_a_title_alone_has_no_sentences() -> None:
    assert told(*article((Zone.TITLE, TITLE))) == []


def test_chinese_sentences_are_taken_whole() -> None:
    text, zones = article(
        (Zone.TITLE, "商务部公告"), (Zone.LEAD, "商务部星期四公布新程序。三月一日起施行。申请人须说明用途。")
    )

    assert told(text, zones, "三月一日", max_sentences=2) == ["商务部星期四公布新程序。", "三月一日起施行。"]


WORDS = st.lists(
    st.sampled_from(
        ["The mine opened.", "Prices rose 4 % on Monday.", "Who pays?", "稀土出口。", "x" * 500, "Read more", "   "]
    ),
    max_size=8,
).map(" ".join)


@given(
    st.lists(st.tuples(st.sampled_from(list(Zone)), WORDS), max_size=6),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=4),
    st.integers(1, 5),
    st.integers(10, 500),
)
def test_whatever_is_taken_is_literal_in_order_and_within_the_limits(paragraphs, marks, most, longest) -> None:
    text, zones = article(*paragraphs)

    spans = extract(text, zones, marks, max_sentences=most, max_chars=longest)

    assert list(spans) == sorted(set(spans))
    assert len(spans) <= most
    assert sum(end - start for start, end in spans) <= longest
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    told_zones = {Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY}
    assert all(any(z.zone in told_zones and z.start <= start and end <= z.end for z in zones) for start, end in spans)
