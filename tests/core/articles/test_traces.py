from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.articles.traces import Traces, traces_of
from watcher.core.model import Evidence


def left(text: str) -> Traces:
    return Traces(paragraphs=frozenset(traces_of(text)), rules=frozenset())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "The ministry bans exports of gallium",
            "The ministry, it says, bans exports of gallium".replace(" it says,", ""),
        ),
        ("Prices: 5% up", "Prices – 5% up."),
        ("A “ban” on\u00a0gallium", 'A "ban" on  gallium'),
        ("EXPORT BAN", "Export Ban"),
        ("商务部,宣布出口管制", "商务部宣布出口管制"),
    ],
)
def test_punctuation_spaces_and_case_leave_no_other_trace(before, after):
    assert traces_of(before) == traces_of(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It pays $5 million", "It pays 5 million"),
        ("a 1.5 % duty", "a 15 % duty"),
        ("5 million", "-5 million"),
        ("1 5", "15"),
        ("A ban comes", "A ban comes?"),
        ("It bans exports", "It lifts bans of exports"),
        ("It does", "It does not"),
    ],
)
def test_what_changes_what_is_said_leaves_another_trace(before, after):
    assert traces_of(before) != traces_of(after)


def test_evidence_is_held_if_its_paragraph_stood_there_whatever_was_added_around_it():
    before = "Title\n\nThe ban begins in May.\n\nMore."
    after = "Title\n\nRead our newsletter!\n\nThe ban, begins in May.\n\nMore."
    ban = Evidence(clause="when", says="ban", start=after.index("ban"), end=after.index("ban") + 3, quote="ban")
    news = Evidence(clause="when", says="news", start=after.index("news"), end=after.index("news") + 4, quote="news")

    assert left(before).hold(after, [ban])
    assert not left(before).hold(after, [ban, news])
    assert not left(before).hold_all(after)
    assert left(before).hold_all(before.replace(".", " !"))


@given(st.text(max_size=200))
def test_any_text_leaves_traces_and_holds_itself(text):
    assert left(text).hold_all(text)
    assert len(traces_of(text)) <= text.count("\n") + 1
