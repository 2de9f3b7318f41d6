"""Facts that an article on an alerted story is the first to state."""

from __future__ import annotations

import pytest

from watcher.config import data_dir
from watcher.config.events.examples import reading_of
from watcher.config.understanding import read_understander
from watcher.core.events.recognisers import Example
from watcher.core.model import Evidence
from watcher.core.rules.holding import NEWS
from watcher.core.telling.news import Unsaid


def told(now, *before, wanted=NEWS):
    """What is new in a text after those others."""
    understander = read_understander(data_dir())[0]

    def understood(text):
        reading = reading_of(Example(expect="", text=text, lead="", language="en", trust="wire"))
        return understander.understand(reading), reading.text

    read, text = understood(now)
    events = read.account.reported
    assert events
    evidence = [Evidence(clause="when", says="x", start=each.start, end=each.end, quote="") for each in events]
    unsaid = Unsaid.of(understander, read, text, evidence, wanted)
    for each in before:
        unsaid.hear(*understood(each))
    return unsaid.news()


DEAL = "Lynas announces an offtake agreement for neodymium from Mt Weld"
SIGNED = "Lynas and JL MAG sign binding offtake agreement for neodymium from Mt Weld"
CONTROL = "China's commerce ministry announces export controls on gallium"
HALT = "Lynas suspends production at its Kalgoorlie plant"


@pytest.mark.parametrize(
    ("now", "before", "news"),
    [
        (SIGNED, [DEAL], ("status: signed, announced before", "new: actor JL MAG Rare-Earth")),
        (DEAL, [SIGNED], ()),
        (SIGNED, [DEAL, SIGNED], ()),
        ("China announces export controls on gallium", [CONTROL], ()),
        ("MOFCOM announces export controls on gallium", ["China announces export controls on gallium"], ()),
        (
            "China announces export controls on gallium, effective 1 December 2026",
            [CONTROL],
            ("date: effective 1 December 2026",),
        ),
        (
            "China announces export controls on gallium, effective 1 December 2026",
            ["China announces export controls on gallium, effective December 2026"],
            (),
        ),
        ("China suspends export controls on gallium", [CONTROL], ("status: suspended, announced before",)),
        ("China announces export controls on gallium and germanium", [CONTROL], ("new: material germanium",)),
        ("China announces export controls on critical minerals", [CONTROL], ()),
        ("Iluka signs an offtake agreement with Noveon for dysprosium", [CONTROL], ()),
        (f"{DEAL}, up 5% on the year", [DEAL], ()),
    ],
)
def test_a_fact_is_new_only_if_nothing_told_before_holds_it(now, before, news):
    assert told(now, *before) == news


def test_nothing_that_is_not_asked_for_is_new():
    assert told(SIGNED, DEAL, wanted=("trust", "amount")) == ()
