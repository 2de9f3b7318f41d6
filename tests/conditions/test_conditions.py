"""Each kind of condition: its options, what it finds, where it looks, and what it refuses."""

from __future__ import annotations

import dataclasses
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from tests.core.lexicon import inflections
from tests.core.rules.make import reading
from watcher.conditions import KINDS
from watcher.conditions.base import Concept, Context, Kind
from watcher.conditions.regex import LONGEST_PATTERN
from watcher.core.model import Zone
from watcher.core.text.reading import Reading
from watcher.core.text.words import WordItem

CONTEXT = Context(
    inflections=inflections(),
    words={
        "faulty": Concept(items=(WordItem(text="矿", language="zh"),)),
        "curbs": Concept(
            items=(WordItem(text="export ban", language="en"), WordItem(text="出口管制", language="zh"), WordItem(text="Exportverbot", language="de")),
            masks=(WordItem(text="export ban lifted", language="en"),),
        )
    },
    sources={"agencies": ("mofcom", "bis")},
    known_sources=frozenset({"mofcom", "bis", "fr_doe", "fr_doi", "reex", "example"}),
)  # fmt: skip


def build(context=CONTEXT, **clause):
    kind = next(name for name in KINDS if name in clause)
    return KINDS[kind].build(KINDS[kind].Options.model_validate(clause), context)


def quotes(condition, article, within=None):
    return [evidence.quote for evidence in condition.look(article, within).evidence]


def code_of(error):
    return error.value.errors()[0]["type"] if isinstance(error.value, ValidationError) else error.value.type


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_the_contract(name):
    kind = KINDS[name]

    assert isinstance(kind, Kind)
    assert kind.kind == name
    assert all(field.description for field in kind.Options.model_fields.values())
    assert name in kind.Options.model_fields
    assert kind.Options.model_config["extra"] == "forbid"


@pytest.mark.parametrize(
    "clause",
    [
        {"words": "export ban"},
        {"regex": "export (ban|curb)s?"},
        {"source": "example"},
        {"trust": "trade_press"},
        {"language": "en"},
    ],
)
def test_every_kind_takes_one_value_for_a_list_of_one_and_holds_purely(clause):
    condition = build(**clause)
    article = reading("An export ban")

    assert condition.look(article) == condition.look(article)
    assert condition.look(article).holds
    assert condition.kind == next(iter(clause))
    assert condition.says.startswith(f"{condition.kind}: ")


def test_words_look_in_the_news_unless_told_otherwise():
    article = reading("Title", lead="an export ban", body="export bans", related="export banned")

    assert quotes(build(words="export ban"), article) == ["export ban", "export bans"]
    assert quotes(build(words="export ban", **{"in": "top"}), article) == ["export ban"]
    assert quotes(build(words="export ban", **{"in": ["lead", "related"]}), article) == ["export ban", "export banned"]
    assert quotes(build(words="export ban", **{"in": "anywhere"}), article) == ["export ban", "export bans"]


def test_a_miss_says_where_the_words_stand_instead():
    finding = build(words="export ban", **{"in": "title"}).look(reading("Title", body="an export ban"))

    assert finding.why == "no item occurs in title (only in body)"


def test_evidence_carries_span_zone_and_quote():
    article = reading("Title", lead="the Export-Bans hold")

    (evidence,) = build(words="export ban").look(article).evidence

    assert (evidence.zone, evidence.quote) == (Zone.LEAD, "Export-Bans")
    assert article.text[evidence.start : evidence.end] == "Export-Bans"


def test_a_named_list_brings_its_languages_and_its_masks():
    condition = build(words=["<curbs>", "tariff"])

    assert quotes(condition, reading("Export ban lifted, tariffs stay")) == ["tariffs"]
    assert quotes(condition, reading("实施出口管制", language="zh")) == ["出口管制"]
    assert quotes(condition, reading("Das Exportverbotsgesetz", language="de")) == ["Exportverbotsgesetz"]
    assert condition.says == "words: <curbs>, tariff"


def test_language_puts_items_under_that_language():
    condition = build(words="Exportverbot", language="de")

    assert quotes(condition, reading("Die Exportverbote", language="de")) == ["Exportverbote"]
    assert not condition.look(reading("The Exportverbot", language="en")).holds
    assert not build(words="<curbs>", language="zh").look(reading("Export bans")).holds


@pytest.mark.parametrize(
    ("clause", "code", "text"),
    [
        ({"words": "x", "in": "titel"}, "R022", 'unknown zone "titel", did you mean "title"?'),
        ({"words": "x", "in": "wallpaper"}, "R022", 'unknown zone "wallpaper"; allowed: top, news, anywhere, title'),
        ({"words": "x", "in": "chrome"}, "R022", "cannot be asked for"),
        ({"words": "st*"}, "R030", '"*" needs 3 letters beside it'),
        ({"words": "矿"}, "R030", "one character alone needs ="),
        ({"words": "<curb>"}, "R018", 'unknown list "<curb>", did you mean "<curbs>"?'),
        ({"words": "<faulty>"}, "R030", "list <faulty>: one character alone needs ="),
        ({"words": "x", "language": "German"}, "R017", "unknown language"),
        ({"words": []}, "too_short", ""),
        ({"words": "x", "levl": 1}, "extra_forbidden", ""),
        ({"regex": "(?<=a)b"}, "R028", 'RE2 refuses "(?<=a)b" at 0: no look-behind; to ask for both words'),
        ({"regex": "ban(?=s)"}, "R028", "at 3: no look-ahead"),
        ({"regex": "ban(?!s)"}, "R028", "under none:"),
        ({"regex": r"(a)\1"}, "R028", "no back-references"),
        ({"regex": "("}, "R028", "missing )"),
        ({"regex": "a" * (LONGEST_PATTERN + 1)}, "R028", "1,000"),
        ({"regex": r"(\pL{200}){200}"}, "R028", "RE2 refuses"),
        ({"regex": "a*"}, "R029", "this pattern can match nothing at all"),
        ({"regex": r"\b"}, "R029", "nothing"),
        ({"regex": "^"}, "R029", "nothing"),
        ({"regex": "abc", "case": "loose"}, "literal_error", ""),
        ({"source": "mofcon"}, "R017", 'unknown source "mofcon", did you mean "mofcom"?'),
        ({"source": "xx_*"}, "R017", "unknown source"),
        ({"source": "<agency>"}, "R018", "unknown list"),
        ({"source": "fr_[a]"}, "R017", "no id"),
        ({"trust": "autority"}, "R017", 'unknown trust "autority", did you mean "authority"?'),
        ({"trust": "unknown"}, "R017", "unknown trust"),
        ({"language": "EN"}, "R017", "unknown language"),
    ],
)
def test_faults_are_refused_with_the_sentence_of_their_code(clause, code, text):
    with pytest.raises((ValidationError, PydanticCustomError)) as error:
        build(**clause)

    assert code_of(error) == code
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("clause", "text", "found"),
    [
        ({"regex": "export (ban|curb)s?"}, "An EXPORT curb; the export ban.", ["EXPORT curb", "export ban"]),
        ({"regex": "(?-i)NdPr"}, "NdPr, ndpr", ["NdPr"]),
        ({"regex": "NdPr", "case": "exact"}, "NdPr, ndpr", ["NdPr"]),
        ({"regex": "price floor"}, "ＰＲＩＣＥ\u00a0ﬂoor", ["ＰＲＩＣＥ\u00a0ﬂoor"]),
        (
            {"regex": "rare\u2011earth"},
            "rare‑earth, rare-earth, rare–earth",
            ["rare‑earth", "rare-earth", "rare–earth"],
        ),
        ({"regex": "café"}, "Café cafe", ["Café"]),
        ({"regex": "ban.*lifted"}, "The ban stays. It is lifted.", []),
        ({"regex": "^The"}, "So it is. The end.", ["The"]),
        ({"regex": r"出口.{0,2}管制"}, "对出口实施管制。", ["出口实施管制"]),
        ({"regex": r"\$\d+ a kilo"}, "It costs $110 a kilogram.", ["$110 a kilo"]),
        ({"regex": "REE™?"}, "MagREE® works", ["REE"]),
    ],
)
def test_regex_is_tried_within_one_sentence_on_text_folded_but_for_case(clause, text, found):
    assert quotes(build(**clause), reading(text)) == found


PATTERNS = st.lists(
    st.sampled_from(
        [r"\bban\b", r"ban$", "^The", r"[^.]*ban", "(^|a )ban", r"\Aban", r"ban\z", r"b\Ban", "ban.end", r"\$9", r"[$^]9", "9{2}", r"ban\b+x", r"\Qb$\E", "出.管", r"a\nb", "(?s)ban.+end", r"(?m)^end"]
    ),
    min_size=1,
    max_size=2,
)  # fmt: skip
SENTENCES = st.lists(
    st.sampled_from(["ban", "The ban", "a ban.", "urban", "b", "a", "end", "$9", "^9", "99", "出口管", "。", "\n", ". ", "x"]), max_size=9
).map(" ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PATTERNS, SENTENCES, SENTENCES)
def test_a_look_at_the_whole_text_loses_no_match_in_a_sentence(patterns, lead, body):
    condition = build(regex=patterns)
    every = dataclasses.replace(condition, loose=None)

    assert condition.look(reading("The ban", lead=lead, body=body)) == every.look(
        reading("The ban", lead=lead, body=body)
    )


def test_a_text_in_which_a_pattern_is_nowhere_is_not_parted_into_sentences(monkeypatch):
    monkeypatch.setattr(Reading, "sentences_in", lambda *_: pytest.fail("sentences were looked for"))

    assert not build(regex=r"\bgall[iu]+m$").look(reading("A ban", body="It stays. " * 20)).holds


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("stockpil(e|es|ing)", ("stockpil",)),
        ("(export|import) ban", ("export", "import")),
        ("ban|curbs", ("ban", "curbs")),
        ("ab|curbs", None),
        ("[abc]+ing the ban", ("ing the ban",)),
        ("exports? of", ("export",)),
        ("(export )?ban", ("ban",)),
        (r"\d+ (kg|t)", None),
        (r"\bEXPORT\b", ("export",)),
        ("(?:price|cost) floors{2}x", (" floor",)),
        ("出口.{0,2}管制", ("出口",)),
        ("café ban", (" ban",)),
        (r"\x{61}bcd", ("bcd",)),
        (r"[\]abc]def", ("def",)),
        (r"(?i)gallium", ("gallium",)),
        ("a+b?c{3}", None),
    ],
)
def test_the_fixed_letters_of_a_pattern(pattern, needs):
    condition = build(regex=pattern)

    assert condition.needs == needs
    assert [smell.code for smell in condition.smells] == ([] if needs else ["R073"])


def test_hostile_patterns_are_refused_or_quick(shared):
    for row in json.loads((shared / "hostile" / "redos_patterns.json").read_text("utf-8")):
        try:
            condition = build(regex=row["pattern"])
        except ValidationError:
            continue
        article = reading(row["subject_unit"] * row["repeat"] + row["subject_tail"])
        condition.look(article)
        began = time.process_time()
        condition.look(article)

        assert time.process_time() - began < 0.05, row["pattern"][:60]


def test_a_pattern_that_looks_far_ahead_for_every_match_stays_bounded():
    condition = build(regex="a(?:[^z]*z)?")
    article = reading("a" * 200_000)
    condition.look(article)
    began = time.process_time()
    finding = condition.look(article)

    assert time.process_time() - began < 0.25
    assert 0 < len(finding.evidence) <= 32


@pytest.mark.parametrize(
    ("asked", "holds"),
    [("mofcom", True), (["bis", "mofcom"], True), ("bis", False), ("agencies", True), ("<agencies>", True), ("*", True), ("fr_*", False)],
)  # fmt: skip
def test_source_knows_ids_lists_and_stars(asked, holds):
    assert build(source=asked).look(reading("T", source="mofcom")).holds is holds


def test_a_copy_in_the_same_poll_counts_as_its_source():
    finding = build(source="fr_*").look(reading("T", source="reex", copies=("reex", "fr_doe")))

    assert [evidence.quote for evidence in finding.evidence] == ["fr_doe"]


def test_trust_and_language_name_what_they_found():
    article = reading("T", trust="wire", language="zh-Hans")

    assert quotes(build(trust=["authority", "wire"]), article) == ["wire"]
    assert build(trust="authority").look(article).why == "its publisher's trust is wire"
    assert build(language=["zh", "ja"]).look(article).holds
    assert build(language="en").look(article).why == "its language is zh"
    assert build(language="en").look(reading("T", language="und")).why == "its language is not known"


def test_over_own_items_and_named_lists_the_longest_match_wins():
    assert quotes(build(words=["<curbs>", "new export ban", "ban"]), reading("A new export ban")) == ["new export ban"]


@pytest.mark.parametrize(
    "name", [name for name in KINDS if name not in {"amount", "price", "near"}]
)  # a comparison, groups
def test_the_schema_tells_of_the_short_form(name):
    asked = KINDS[name].Options.model_json_schema()["properties"][name]

    assert {branch["type"] for branch in asked["anyOf"]} == {"string", "array"}


@pytest.mark.parametrize(
    "text",
    ["." * 200_000, ". " * 100_000, "export ban " * 20_000, "出口管制" * 50_000, "出" + " " * 200_000, "a\u0336" * 100_000, "a\n" * 50_000, "The ban. " * 20_000],
)  # fmt: skip
def test_an_article_made_to_be_slow_is_not(text):
    article = reading("gallium", body=text)
    conditions = [build(words=["<curbs>", "ban*", "=.com"]), build(regex="ban [a-z]+")]
    began = time.process_time()
    for condition in conditions:
        condition.look(article)

    assert time.process_time() - began < 3


def test_which_article_kinds_stand_in_no_sentence():
    assert not any(
        build(**clause).sentence_bound for clause in ({"source": "*"}, {"trust": "wire"}, {"language": "en"})
    )
    assert all(build(**clause).sentence_bound for clause in ({"words": "x1"}, {"regex": "abc"}))


def test_an_item_of_too_many_forms_smells():
    condition = build(words="release the draft environmental impact statement")

    assert [smell.code for smell in condition.smells] == ["R075"]
