from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.text.escapes import (
    csv_safe,
    mail_safe,
    marked,
    one_line,
    plain_safe,
    shown_host,
    slack_link,
    slack_plain,
    slack_safe,
)

ANY_TEXT = st.text(st.characters(), max_size=300)
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"


def test_no_cell_of_the_set_computes(shared: Path) -> None:
    rows = json.loads((shared / "hostile" / "csv_formula.json").read_text(encoding="utf-8"))

    for row in rows:
        safe = csv_safe(row["cell"])
        for separator in ",;|\t":
            written = io.StringIO()
            csv.writer(written, quoting=csv.QUOTE_ALL).writerow([safe])
            for cell in next(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=separator)):
                assert cell.strip()[:1] not in FORMULA or not cell.strip()
        for piece in re.split(r"[;|\t\r\n]", safe):
            assert not piece.strip(" \"'%0Aa") or piece.startswith("'") or piece[0] not in FORMULA
        assert safe.startswith("'"), row


@pytest.mark.parametrize("cell", ["lithium", "US$ 5 = cheap", "a-b", "2026-02-06", "", "x; y"])
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert csv_safe(cell) == cell


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_header_is_one_printable_line(text: str) -> None:
    safe = mail_safe(text)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", safe)
    assert "=?" not in safe
    assert len(safe) <= 200


@settings(deadline=None)
@given(ANY_TEXT)
def test_nothing_in_slack_text_is_markup(text: str) -> None:
    safe = slack_safe(text)

    assert not re.search(r"[<>*~`\n]", safe)
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)
    assert not re.search(r"(?<!\w)_|_(?!\w)", safe)
    assert not re.search(r":[\w+'-]+:", safe)


def test_every_line_of_the_slack_set_is_disarmed(shared: Path) -> None:
    for row in json.loads((shared / "hostile" / "slack_injection.json").read_text(encoding="utf-8")):
        safe = slack_safe(row["value"])
        assert not re.search(r"[<>*~`\n\r\x00\u202e]", safe)
        assert not re.search(r"[<>]", slack_plain(row["value"]))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
        ("R&D", "R&amp;D"),
        ("my_suppliers.csv", "my_suppliers.csv"),
        ("_it_", "\uff3fit\uff3f"),
        (":smile:", "\u2236smile:"),
        ("at 10:30", "at 10:30"),
        ("a\r\nb", "a b"),
    ],
)
def test_slack_text(text: str, safe: str) -> None:
    assert slack_safe(text) == safe


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=1&c=2", "<https://example.org/a?b=1&amp;c=2|example.org>"),
        ("https://example.org/a|b>c", "<https://example.org/a%7Cb%3Ec|example.org>"),
        ("https://ex\u00e4mple.org/ü", "<https://xn--exmple-cua.org/%C3%BC|xn--exmple-cua.org>"),
        ("https://good.example@evil.example/", None),
        ("javascript:alert(1)", None),
        (
            "http://evil.example\u3164.good.example/",
            "<http://evil.xn--example-wh2a.good.example/|evil.xn--example-wh2a.good.example>",
        ),
        ("https://example.org:99999/", None),
        ("https://example.org:8443/a", "<https://example.org:8443/a|example.org>"),
        ("https://[::1", None),
        ("mailto:a@example.org", None),
        (None, None),
    ],
)
def test_a_link_is_labelled_by_its_real_host(url: str | None, link: str | None) -> None:
    assert slack_link(url) == link


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_link_never_holds_more_than_one_link(text: str) -> None:
    link = slack_link("https://example.org/" + text)

    assert link is None or re.fullmatch(r"<https://[^<>|\s]+\|[a-z0-9.-]+>", link)


def test_an_ascii_host_is_lower_case() -> None:
    assert shown_host("HTTPS://Example.ORG/") == "example.org"


@settings(deadline=None)
@given(ANY_TEXT)
def test_plain_text_drives_no_terminal(text: str) -> None:
    safe = plain_safe(text)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", safe)
    assert "\n" not in one_line(text)


def test_words_are_cut_at_their_marks() -> None:
    assert marked("an export ban", ((3, 9),)) == (("an ", False), ("export", True), (" ban", False))
    assert marked("ban", ((0, 3),)) == (("ban", True),)
    assert marked("ban", ((9, 12), (2, 99))) == (("ba", False), ("n", True))
    assert marked("", ()) == ()
