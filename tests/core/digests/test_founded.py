"""What an editor's headline may say: the names and figures of its story's articles, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.make import make_queued_story
from watcher.core.digests.composing import compose
from watcher.core.digests.edits import Edits
from watcher.core.digests.founded import unfounded
from watcher.core.model import Trust

LONG = (
    "The US said it would lend up to US$10 billion, and Project Vault up to $1.6 billion. It pays $12 billion. "
    "Canberra's reserve is A$1.2 billion. 中国对镓实施出口管制。 "
    "It takes 1,200 tonnes over 30 days, 5 per cent more, in 3 mines."
)
TEXT = ("Washington proposes a price floor", LONG)


@pytest.mark.parametrize(
    ("headline", "missing"),
    [
        ("Washington proposes a floor", ()),
        ("washington's floor for Canberra", ()),
        ("Boeing pays $12 billion", ("Boeing",)),
        ("Washington pays $13 billion", ("13",)),
        ("The US lends up to US$10 billion", ()),
        ("The US lends US$10 billion", ("up to 10",)),
        ("Project Vault takes $1.6 billion", ("up to 1.6",)),
        ("It pays $12 billion", ()),
        ("Reserve of A$1.2 billion", ()),
        ("中国实施出口管制", ()),
        ("It pays $12bn, or 12 billion dollars", ()),
        ("It pays $12 million", ("$12 million",)),
        ("It pays $12", ("$12",)),
        ("It pays €12 billion", ("€12 billion",)),
        ("It pays twelve trillion dollars", ("trillion",)),
        ("Reserve of $1.2 billion", ("$1.2 billion",)),
        ("Seven mines take 1200 tonnes in 30 days, 5% more", ("Seven",)),
        ("Three mines, 30 years, 5 more", ("30 years", "5")),
        ("波音公司与中国", ("波音公司与",)),
        ("بوينغ", ("بوينغ",)),
        ("боинг and the US", ("боинг",)),
    ],
)
def test_a_headline_says_no_name_and_no_figure_that_its_articles_lack(headline: str, missing: tuple[str, ...]) -> None:
    assert unfounded(headline, TEXT) == missing


def test_whom_the_lexicon_knows_is_a_name_in_any_case_and_may_be_called_otherwise() -> None:
    known = {"boeing": "Q1", "canberra": "AU", "australia": "AU"}

    def named(text: str) -> list[tuple[str, str]]:
        return [(id_, word.title()) for word, id_ in known.items() if word.title() in text]

    assert unfounded("a floor, says boeing", TEXT, named) == ("Boeing",)
    assert unfounded("a floor, says australia", TEXT, named) == ()


def test_an_issue_takes_a_headline_from_any_article_of_its_story() -> None:
    shown = make_queued_story(1, trust=Trust.WIRE)
    other = replace(make_queued_story(1), title="Zinc", text="Zinc\nPeru sells zinc.")
    edits = Edits(headlines=((shown.story, "Peru sells zinc"),))

    (story,) = compose([shown, other], edits=edits).sections[0].stories

    assert (story.headline, story.reworded) == ("Peru sells zinc", True)
