from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from watcher.sources.lists.times import DateFormat, read_moment

DAY, MINUTE = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 21, 22, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "moment", "flags"),
    [
        ("2026-11-21T22:45:00Z", MINUTE, ()),
        ("2026-11-22T09:45:00+1100", MINUTE, ()),
        ("2026-11-22T09:45+11:00", MINUTE, ()),
        ("2026-11-21 22:45:00.000 +00:00", MINUTE, ()),
        ("20261121T224500Z", MINUTE, ()),
        (1795301100, MINUTE, ()),
        ("1795301100", MINUTE, ()),
        (1795301100000, MINUTE, ()),
        ("1795301100000", MINUTE, ()),
        (1795301100.0, MINUTE, ()),
        ("Sat, 21 Nov 2026 22:45:00 GMT", MINUTE, ()),
        ("2026-11-21 22:45", MINUTE, ("zoneless",)),
        ("2026-11-21T22:45:00", MINUTE, ("zoneless",)),
        ("2026年11月21日 22:45", MINUTE, ("zoneless",)),
        ("2026-11-21", DAY, ("date_only",)),
        ("20261121", DAY, ("date_only",)),
        ("2026年11月21日", DAY, ("date_only",)),
        ("发布日期：2026年11月21日", DAY, ("date_only",)),
        ("November 21, 2026", DAY, ("date_only",)),
        ("[2026-11-21]", DAY, ("date_only",)),
    ],
)
def test_a_time_is_read_in_every_form_met(stated, moment, flags):
    assert read_moment(stated) == (moment, flags)


@pytest.mark.parametrize("stated", [None, "", "  ", True, 0])
def test_nothing_stated_is_no_time(stated):
    assert read_moment(stated) == (None, ())


@pytest.mark.parametrize(
    "stated",
    [
        "soon",
        "2026-13-41",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
        1e300,
        -5,
        float("inf"),
        {"x": 1},
        "9" * 400,
        "05/06/2026",
    ],
)
def test_what_cannot_be_read_says_so(stated):
    assert read_moment(stated) == (None, ("unreadable_date",))


def test_forms_of_ones_own_come_first():
    assert read_moment("05/06/2026", ("%d/%m/%Y",)) == (datetime(2026, 6, 5, tzinfo=UTC), ("date_only",))
    assert read_moment("05/06/2026 09:05 +1000", ("%d/%m/%Y %H:%M %z",)) == (
        datetime(2026, 6, 4, 23, 5, tzinfo=UTC),
        (),
    )
    assert read_moment("2026-11-21", ("%d/%m/%Y",)) == (DAY, ("date_only",))


@pytest.mark.parametrize("form", ["%d/%m", "%Q %Y", "Y-m-d", "%Y %"])
def test_a_form_that_is_none_is_told(form):
    with pytest.raises(ValidationError, match="date"):
        TypeAdapter(DateFormat).validate_python(form)
