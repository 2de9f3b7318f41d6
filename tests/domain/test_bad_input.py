"""Articles that say nothing, or far too much, or in no tongue: an empty, honest answer in bounded time, by what is shipped."""

from __future__ import annotations

import time

import pytest

from watcher.app.classifying import Classifier, FileArticle, drafted_of
from watcher.app.loading import load_rules_alone
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon

WORDS = "the company will mine lithium and cobalt in may after the ministry said no to a price floor for tin "
NOTHING = {
    "nothing": ("", ""),
    "one word": ("Weather", ""),
    "one word and again": ("Hello", "Hello"),
    "only numbers": ("12 345.67 89,10", "1 2 3 4 5 6 7 8 9 10 11.5 12,5 2026 1999 007 " * 40),
    "only signs": ("—", "… ??? !!! --- ### *** %%% " * 40),
    "only emoji": ("🙂🙃", "🚀🔥💥🙂 " * 200),
    "only spaces": ("\u200b\u00a0", " \n\t\u3000 " * 50),
    "half a pair": ("\ufffd", "\ufffd\ufffe" * 20),
    "no tongue": ("Xqz vbrt plok", "Wrrth zzpl qqat mnnb " * 60),
    "letters of every script": ("Aа我あ가ا", "Ω я 字 カ 한 ع ก ა " * 80),
}
FAR_TOO_MUCH = {
    "one sentence of ten thousand words": WORDS * 500,
    "no space at all": "出口管制" * 20_000,
    "a megabyte of one letter": "a" * 1_000_000,
    "a megabyte of numbers": "$1,234.5 million, " * 55_000,
    "a megabyte of openings": "(" * 1_000_000,
    "a megabyte of lines": "x.\n" * 330_000,
}
SLOW = [pytest.mark.slow]
LONGEST_S = 8
"""Seconds of one core, on a machine that does other things too; what is read of a text is cut."""


@pytest.fixture(scope="module")
def classifier():
    lexicon, _ = read_lexicon(data_dir())
    rule_set, _, problems = load_rules_alone(["pack:critical-minerals"], data_dir(), lexicon)
    assert not [problem for problem in problems if problem.level == "error"]
    return Classifier.of(rule_set, lexicon.publishers, rule_set.understanding())


@pytest.mark.parametrize("language", ["", "en", "zh", "xx-unknown"])
@pytest.mark.parametrize("what", NOTHING)
def test_what_says_nothing_is_read_as_nothing(classifier, what, language):
    title, text = NOTHING[what]

    found = classifier.classify(FileArticle(id=what, title=title, text=text, language=language), 1)

    assert (found.event_types, found.mentions, found.materials, found.companies, found.alerts) == ((), (), (), (), ())
    assert found.story_id


@pytest.mark.parametrize("what", [pytest.param(what, marks=SLOW if "lines" in what else ()) for what in FAR_TOO_MUCH])
def test_far_too_much_is_read_in_bounded_time(classifier, what):
    article = FileArticle(
        id=what, title="Ministry sets a price floor for neodymium", text=FAR_TOO_MUCH[what], language="en"
    )
    before = time.process_time()

    found = classifier.classify(article, 1)
    facts = classifier.understander.facts(classifier.reading(drafted_of(article), None))

    assert time.process_time() - before < LONGEST_S
    assert found.event_types == ("price_floor",)
    assert len(facts.money) <= 2_000


def test_scripts_side_by_side_are_each_read(classifier):
    article = FileArticle(
        title="MOFCOM 商务部 announces export controls on gallium 镓",
        text="The ministry 商务部 said on Tuesday. ガリウムの輸出規制を強化する。 Новые правила. It pays 3亿元 and $5 million.",
    )

    found = classifier.classify(article, 1)
    facts = classifier.understander.facts(classifier.reading(drafted_of(article), None))

    assert found.event_types == ("export_control",)
    assert "Ga" in found.materials
    assert [(f"{each.amount:f}", each.currency) for each in facts.money] == [("300000000", "CNY"), ("5000000", "USD")]
    assert [each.first for each in facts.dates] == [None]
