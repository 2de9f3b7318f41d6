"""Dates are read as they are written, or not at all."""

from __future__ import annotations

import pytest

from watcher.core.text.dates import leading_date, stated_moment


@pytest.mark.parametrize(
    ("text", "moment", "flags"),
    [
        ("2025-05-27", "2025-05-27T00:00", ("date_only",)),
        ("2025-11-26T10:11:12+01:00", "2025-11-26T09:11", ()),
        ("2025-11-26T10:11:12.123Z", "2025-11-26T10:11", ()),
        ("2025-11-26T10:11:12+0800", "2025-11-26T02:11", ()),
        ("2025/11/26 10:11", "2025-11-26T10:11", ("zoneless",)),
        ("Tue, 27 May 2025 10:00:00 GMT", "2025-05-27T10:00", ()),
        ("27 May 2025 10:00:00 -0400", "2025-05-27T14:00", ()),
        ("Published: May 27, 2025", "2025-05-27T00:00", ("date_only",)),
        ("27 May 2025 at 3:15 pm", "2025-05-27T15:15", ("zoneless",)),
        ("June 3rd, 2025 8:30 AM EDT", "2025-06-03T12:30", ()),
        ("2025-05-27 10:11 CST", "2025-05-27T10:11", ("zoneless",)),
        ("27. Mai 2025, 14:03 Uhr", "2025-05-27T14:03", ("zoneless",)),
        ("3 de junio de 2025", "2025-06-03T00:00", ("date_only",)),
        ("2025年5月27日 09:00", "2025-05-27T09:00", ("zoneless",)),
        ("2025년 5월 27일", "2025-05-27T00:00", ("date_only",)),
        ("11.08.2026", "2026-08-11T00:00", ("date_only",)),
        ("26/05/2025", "2025-05-26T00:00", ("date_only",)),
        ("5/26/2025", "2025-05-26T00:00", ("date_only",)),
        ("20250527", "2025-05-27T00:00", ("date_only",)),
    ],
)
def test_a_date_is_read_as_it_is_written(text, moment, flags):
    found = stated_moment(text)

    assert found is not None
    assert found.at.isoformat()[:16] == moment
    assert found.flags == flags


@pytest.mark.parametrize(
    "text",
    [
        "",
        "On Monday",
        "05/06/2025",
        "2025-02-30",
        "May 2025",
        "yesterday",
        "v2025.1.1",
        "2025-13-01",
        "12:30",
        "1.5.25",
    ],
)
def test_what_leaves_the_day_open_is_no_date(text):
    assert stated_moment(text) is None


def test_a_date_glued_to_the_first_word_is_read():
    found = leading_date("May 27, 2025This week, supply chains made progress.")

    assert found is not None
    assert (found.at.date().isoformat(), found.start, found.end) == ("2025-05-27", 0, 12)


def test_a_date_within_the_sentence_leads_nothing():
    assert leading_date("On May 27, 2025 the ministry said no.") is None
