from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.telling.outbox import alert_occasion, delivery_id, issue_occasion, notice_occasion, short_hash

WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)


def test_a_delivery_keeps_its_id_on_every_machine_and_at_every_attempt():
    assert delivery_id("alert:a-1:1", "desk", "me@example.org") == "msg_68028331148485245df4"


@given(st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3))
def test_two_lists_of_words_never_share_a_hash(one, other):
    assert (short_hash(*one) == short_hash(*other)) is (one == other)


def test_another_occasion_channel_or_recipient_is_another_delivery():
    ids = {
        delivery_id(occasion, channel, recipient) for occasion in "ab" for channel in "ab" for recipient in ("", "a")
    }

    assert len(ids) == 8
    assert all(id_.startswith("msg_") and len(id_) == 24 for id_ in ids)


def test_occasions_name_what_they_are_about():
    assert alert_occasion("a-1", 2) == "alert:a-1:2"
    assert issue_occasion("weekly", "2026-W06") == "issue:weekly:2026-W06"
    assert notice_occasion("imported", "wire", 1) == "notice:imported:wire:1"
