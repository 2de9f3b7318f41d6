"""Strangers' HTML becomes plain paragraphs, soon and without surprises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.text.html import BODY_LIMIT, TITLE_LIMIT, blocks, sanitise, title_text


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


def shapes(html: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(html)]


def test_elements_become_blocks_of_their_kind_in_order():
    html = (
        "<h2>Head</h2><p>One <b>two</b>\n three.</p><ul><li>a</li><li><p>b</p></li></ul><blockquote><p>said</p></blockquote>"
        "<figure><img src=x><figcaption>Cap</figcaption></figure><pre>x\n  y</pre><div>loose<p>para</p>tail</div>"
    )

    assert shapes(html) == [
        ("heading", "Head"),
        ("p", "One two three."),
        ("li", "a"),
        ("li", "b"),
        ("blockquote", "said"),
        ("caption", "Cap"),
        ("pre", "x\n  y"),
        ("p", "loose"),
        ("p", "para"),
        ("p", "tail"),
    ]
    assert blocks(html)[0].level == 2


def test_tables_give_a_line_per_row_and_layout_tables_give_paragraphs():
    story = (
        "The government said on Monday that it would buy the whole output of the mine at a fixed price until 2030. " * 2
    )

    assert shapes("<table><tr><th>Metal<th>Price</tr><tr><td><p>Dy</p></td><td>900</td></tr></table>") == [
        ("table", "Metal | Price"),
        ("table", "Dy | 900"),
    ]
    assert shapes(f"<table><tr><td><h2>Head</h2><p>{story}</p></td></tr></table>") == [
        ("heading", "Head"),
        ("p", story.strip()),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<iframe>x</iframe>",
        "<svg><text>x</text></svg>",
        "<form><input><button>x</button></form>",
        "<!-- x -->",
        '<span class="screen-reader-text">(opens in a new tab)</span>',
        '<span class="sr-only">x</span>',
        "<p hidden>x</p>",
        '<p style="display: none">x</p>',
    ],
)
def test_what_a_reader_does_not_see_is_no_text(hidden):
    assert texts(f"<p>Seen {hidden}words</p>") == ["Seen words"] or texts(f"<p>Seen {hidden}words</p>") == [
        "Seen",
        "words",
    ]


def test_hidden_words_leave_no_gap_before_a_comma():
    hidden = '<span class="screen-reader-text">(opens in a new tab)</span>'

    assert texts(f"<p>The study {hidden}, the <a>paper {hidden}</a> and that {hidden}.</p>") == [
        "The study, the paper and that."
    ]


def test_markup_says_what_is_related_and_what_is_chrome():
    found = blocks(
        '<p>News</p><aside class="related"><h3>More</h3><p>Other</p></aside><nav><a>Home</a></nav><p>End</p>'
    )

    assert [(block.text, block.region) for block in found] == [
        ("News", ""),
        ("More", "related"),
        ("Other", "related"),
        ("Home", "chrome"),
        ("End", ""),
    ]


@pytest.mark.parametrize(
    ("plain", "paragraphs"),
    [
        ("a < b & c > d", ["a < b & c > d"]),
        ("AT&amp;T &lt;b&gt;", ["AT&T <b>"]),
        ("One line\nwrapped.\nTwo.\n\nThree", ["One line wrapped.", "Two.", "Three"]),
        ("", []),
        (" \n ", []),
        ("\x00\u202eabc\ud800", ["abc"]),
    ],
)
def test_plain_text_is_taken_as_it_is(plain, paragraphs):
    assert texts(plain) == paragraphs


def test_line_breaks_split_after_sentences_and_before_bullets_only():
    assert texts("<p>One.<br>Two and<br>a half<br>• dot<br><br>Three</p>") == [
        "One.",
        "Two and a half",
        "• dot",
        "Three",
    ]


def test_text_is_scrubbed_and_composed():
    assert texts("<p>e\u0301&#x202e;\u00a0x&#0;&#xd800;y</p>")[0].replace("\ufffd", "") == "é xy"


@pytest.mark.parametrize(
    "unit",
    [
        "<b>",
        "<div>",
        "<ul><li>",
        "<blockquote>",
        "<table>",
        "<p>x",
        "<!--",
        "<",
        "&",
        "&lt;",
        "<a href=x>",
        "<svg>",
        "<td>x",
    ],
)
def test_nesting_and_floods_end_soon(unit):
    begun = time.process_time()

    flood = unit * (1_000_000 // len(unit))
    found = blocks(flood)
    shown = sanitise(flood)

    assert time.process_time() - begun < 1.5
    assert sum(len(block.text) for block in found) <= BODY_LIMIT
    assert "<script" not in shown


def test_fifty_thousand_open_tags_are_safe():
    assert texts("<div>" * 50_000 + "deep") in ([], ["deep"])


@given(st.text(alphabet="<>/&;ab p\n'\"=-!", max_size=200))
def test_any_soup_gives_clean_paragraphs(soup):
    for block in blocks(soup):
        assert block.text
        if block.kind != "pre":
            assert block.text == " ".join(block.text.split())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("AT&T", "AT&T"),
        ("a < b", "a < b"),
        ("x <3 y", "x <3 y"),
        ("<b>Bold</b> &amp; new", "Bold & new"),
        ("&amp;amp;", "&amp;"),
        ("R&D and &copy without end", "R&D and &copy without end"),
        ("One<br/>two", "One two"),
        ("<script>alert(1)</script>x<!-- y -->", "x"),
        ("&lt;img onerror=x&gt;", "<img onerror=x>"),
    ],
)
def test_titles_with_markup_become_text_once(title, text):
    assert title_text(title, markup=True) == text


def test_titles_without_markup_stay_and_are_cut():
    assert title_text("a &amp; <b>", markup=False) == "a &amp; <b>"
    assert len(title_text("x" * 10_000_000, markup=True)) == TITLE_LIMIT
    assert title_text("a\u202e\nb\x00", markup=False) == "a b"


def test_shown_html_links_only_to_the_web_and_runs_nothing():
    shown = sanitise(
        '<p onclick=x style="color:red">t <a href="javascript:alert(1)">j</a> <a href="https://x.example/">h</a>'
        "<img src=x onerror=y><script>z</script><iframe src=q></iframe></p><form action=x><input></form>"
    )

    assert shown == (
        '<p>t <a rel="noopener noreferrer">j</a> <a href="https://x.example/" rel="noopener noreferrer">h</a></p>'
    )
    assert sanitise(shown) == shown
