"""Words of the machinery are no text; words of the article are."""

from __future__ import annotations

import time

import pytest

from watcher.core.text.boilerplate import is_cut, is_no_text, without_chrome


@pytest.mark.parametrize(
    "line",
    [
        "The post Ban widens appeared first on Daily Ores.",
        "Der Beitrag Ausfuhr erschien zuerst auf Erzblatt.",
        "L’article Terres rares est apparu en premier sur Le Minerai.",
        "Read more",
        "Read More »",
        "[Read more…]",
        "Continue reading Ban widens →",
        "Weiterlesen …",
        "続きを読む",
        "Share this:",
        "Share on Facebook",
        "Facebook | Twitter | LinkedIn",
        "Subscribe to our newsletter for weekly insights.",
        "Sign up today!",
        "DOI: 10.1000/xyz123",
        "DOI:",
        "3 Comments",
        "Leave a reply",
        "Advertisement",
        "5 min read",
        "Read the full article here",
    ],
)
def test_known_lines_go(line):
    assert is_no_text(line)


@pytest.mark.parametrize(
    "line",
    [
        "The post of minister went to a miner.",
        "Read more slowly, the decree bans exports of gallium to all destinations.",
        "Shares of Aurora rose 9 %.",
        "Share prices fell.",
        "Facebook said it would buy magnets from the mine.",
        "The DOI approved the permit.",
        "DOI approves Aurora mine",
        "Subscribed capital rose to $3 million.",
        "Comments closed on 7 February.",
        "X-energy signs offtake",
        "No exports were licensed in January",
        "5 minutes later the ban was lifted.",
        "Loading of ore resumed at the port.",
        "Xエナジーが発表した",
    ],
)
def test_sentences_of_the_article_stay(line):
    assert not is_no_text(line)


def test_chrome_inside_a_sentence_goes():
    assert without_chrome("a study (opens in a new tab) from") == "a study from"
    assert without_chrome("une étude (s’ouvre dans un nouvel onglet) de") == "une étude de"
    assert without_chrome("End.]]>") == "End."
    assert without_chrome("End. The post Ban widens appeared first on Daily Ores.") == "End."
    assert without_chrome("a (small) mine") == "a (small) mine"


def test_a_sources_own_strings_go():
    assert without_chrome("© Daily Ores 2026. The ban stays.", ("© Daily Ores 2026.",)) == "The ban stays."


@pytest.mark.parametrize("line", ["It said […]", "It said [...]", "It said…", "It said [+1234 chars]", "Read more"])
def test_a_cut_text_is_told_by_its_end(line):
    assert is_cut(("First.", line))
    assert not is_cut(("First.", "It is done."))
    assert not is_cut(())


@pytest.mark.parametrize(
    "line", ["The post " * 30_000, "(" * 100_000 + "tab)", "read the " * 50_000, "share this " * 25]
)
def test_hostile_lines_cost_little(line):
    begun = time.process_time()

    without_chrome(line)
    is_no_text(line)

    assert time.process_time() - begun < 1.0
