from __future__ import annotations

import pytest

from watcher.conditions.papers import with_number


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("The House passed H.R. 7788, the Act.", "passed H.R", "passed H.R. 7788"),
        ("The House passed H.R. 7788.", "passed H.R.", "passed H.R. 7788"),
        ("The Senate passed S. 12 on Friday.", "passed S", "passed S. 12"),
        ("It amends Announcement No. 61 of 2026.", "Announcement No", "Announcement No. 61"),
        ("The House passed H.J. Res. 5 today.", "passed H.J. Res", "passed H.J. Res. 5"),
        ("The House passed H.R. and left.", "passed H.R", "passed H.R"),
        ("It passed the bill. 40 members stayed away.", "passed the bill", "passed the bill"),
        ("Miners say the U.S. 40 firms", "the U.S", "the U.S"),
    ],
)
def test_words_that_break_off_before_the_number_of_a_document_are_shown_with_it(text, words, shown):
    start = text.index(words)

    start, end = with_number(text, (start, start + len(words)))

    assert text[start:end] == shown
