from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.sources.lists.templates import Values, fill, placeholders, tells_time

NOW = datetime(2026, 11, 21, 22, 45, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{today}", "2026-11-22"),
        ("{yesterday}", "2026-11-21"),
        ("{today-1w}", "2026-11-15"),
        ("{now}", "2026-11-21T22:45:07Z"),
        ("{now-1d12h}", "2026-11-20T10:45:07Z"),
        ("{now+1h:%Y%m%d%H%M%S}", "20261122074507"),
        ("{now:s}", "1795301107"),
        ("{now:ms}", "1795301107000"),
        ("{now:date}", "2026-11-22"),
        ("from:{yesterday},to:{today}", "from:2026-11-21,to:2026-11-22"),
        ("{page}", 3),
        ("p{page}", "p3"),
        ('{"pageNo":{page},"pageSize":15}', '{"pageNo":3,"pageSize":15}'),
        ("{start}", 40),
        ("{found.site}", "8f43"),
        ("{cursor.last}", None),
        ("since {cursor.last}", None),
        (
            {"a": ["{page}", {"b": "{cursor.last}", "c": None}], "d": True, "e": "x"},
            {"a": [3, {"c": None}], "d": True, "e": "x"},
        ),
    ],
)
def test_placeholders_are_filled(template, filled):
    values = Values(now=NOW, zone=ZoneInfo("Asia/Shanghai"), page=3, start=40, found={"site": "8f43"})

    assert fill(template, values) == filled


def test_what_was_kept_is_filled_in():
    assert fill({"since": "{cursor.last}"}, Values(now=NOW, cursor={"last": "7"})) == {"since": "7"}


@pytest.mark.parametrize(
    ("kept", "form", "filled"),
    [
        ("2026-02-06T14:00:00Z", "%Y-%m-%d %H:%M:%S", "2026-02-06 09:00:00"),
        ("2026-02-06T14:00:00Z", "date", "2026-02-06"),
        ("2026-02-06 14:00", "iso", "2026-02-06T19:00:00Z"),
        ("1795301100", "ms", "1795301100000"),
        ("soon", "iso", None),
    ],
)
def test_a_time_that_was_kept_is_written_in_the_form_and_zone_that_a_server_wants(kept, form, filled):
    values = Values(now=NOW, zone=ZoneInfo("America/New_York"), cursor={"last": kept})

    assert fill(f"{{cursor.last:{form}}}", values) == filled


def test_only_placeholders_are_taken_for_such():
    assert list(placeholders({"a": ['{"pageNo":{page}}', "{ x }", "{}", 7], "b": "{now-1d:%H:%M}"})) == [
        "page",
        "now-1d:%H:%M",
    ]


def test_some_templates_differ_from_poll_to_poll():
    assert tells_time({"a": "{today}"})
    assert not tells_time({"a": "{page}{cursor.x}"})
