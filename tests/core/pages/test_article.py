"""A page gives its own article, and nothing of what stands around it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.core.articles.zones import zones
from watcher.core.model import Zone
from watcher.core.pages.article import Hints, is_selector, read_page
from watcher.core.text.html import blocks

URL = "https://ores.example/news/ban"
BODY = "".join(
    f"<p>Paragraph {n} of the ban on gallium says a good deal about licences and their holders.</p>" for n in range(6)
)


def page(article: str, head: str = "", around: str = "") -> str:
    return (
        f"<html lang='en-GB'><head>{head}</head><body>{around}<main><article>{article}</article></main></body></html>"
    )


def texts(html: str, *counted: Zone) -> list[str]:
    found = blocks(html)
    return [block.text for block, zone in zip(found, zones(found), strict=True) if not counted or zone in counted]


def test_the_head_states_title_author_dates_address_and_language():
    head = """<title>Ban | Ores Daily</title><meta property="og:title" content="Gallium ban widened">
      <meta property="article:published_time" content="2025-05-27T09:30:00+08:00">
      <meta property="article:modified_time" content="2025-05-28T00:00:00Z"><meta name="author" content="By Ann Ore">
      <link rel="canonical" href="/news/gallium">"""

    found = read_page(page(BODY, head), URL)

    assert found.title == "Gallium ban widened"
    assert found.author == "Ann Ore"
    assert found.published == datetime(2025, 5, 27, 1, 30, tzinfo=UTC)
    assert found.updated == datetime(2025, 5, 28, tzinfo=UTC)
    assert found.canonical == "https://ores.example/news/gallium"
    assert found.language == "en"
    assert found.flags == ()


def test_linked_data_states_what_meta_tags_do_not():
    data = """{"@graph": [{"@type": "WebSite", "name": "Ores"}, {"@type": ["NewsArticle"], "headline": "Ban &amp; quota",
      "datePublished": "2025-05-27", "author": [{"name": "Ann Ore"}, {"name": "Bo Mine"}]}]}"""

    found = read_page(page(BODY, f'<script type="application/ld+json">{data}</script>'), URL)

    assert (found.title, found.author) == ("Ban & quota", "Ann Ore, Bo Mine")
    assert (found.published, found.flags) == (datetime(2025, 5, 27, tzinfo=UTC), ("date_only",))


@pytest.mark.parametrize("data", ["{", "[" * 5000, '{"@graph": {"@graph": 1}}', '{"@type": 3, "datePublished": []}'])
def test_broken_linked_data_is_passed_over(data):
    found = read_page(page(BODY, f'<script type="application/ld+json">{data}</script>'), URL)

    assert found.published is None
    assert len(texts(found.content_html)) == 6


def test_the_heading_that_the_window_repeats_is_the_title():
    found = read_page(
        page(f"<h1>Gallium ban widened</h1>{BODY}", "<title>Gallium ban widened - Ores Daily</title>"), URL
    )

    assert found.title == "Gallium ban widened"


@pytest.mark.parametrize(
    "window", ["Gallium ban widened | Ores Daily", "Gallium ban widened – Ores Daily", "Gallium ban widened"]
)
def test_a_page_without_heading_is_called_as_its_window_without_the_site(window):
    found = read_page(page(f"<h3>HIGHLIGHTS</h3>{BODY}", f"<title>{window}</title>"), URL)

    assert found.title == "Gallium ban widened"


def test_an_undated_page_has_no_date():
    found = read_page(page(f"<p>On Monday, the ministry widened the ban.</p>{BODY}"), URL)

    assert found.published is None


def test_dates_of_related_items_are_not_the_articles():
    related = "<aside class='related'><time datetime='2024-01-01'>1 January 2024</time><p>Old news</p></aside>"

    found = read_page(page(related + BODY), URL)

    assert found.published is None


@pytest.mark.parametrize(
    "line",
    [
        "<time datetime='2025-05-27'>yesterday</time>",
        "<p class='meta'>Posted on May 27, 2025 by Ann</p>",
        "<p>27 May 2025</p>",
        "<div class='pubtime'>2025年5月27日</div>",
    ],
)
def test_a_line_above_the_text_dates_it_and_is_no_text(line):
    found = read_page(page(f"<h1>Gallium ban widened</h1>{line}{BODY}"), URL)

    assert found.published == datetime(2025, 5, 27, tzinfo=UTC)
    assert found.flags == ("date_only",)


def test_a_date_glued_to_the_text_is_taken_off():
    found = read_page(
        page(f"<p>May 27, 2025This week, the ban was widened in the south of the country.</p>{BODY}"), URL
    )

    assert found.published == datetime(2025, 5, 27, tzinfo=UTC)
    assert texts(found.content_html)[0].startswith("This week")


def test_a_date_in_a_sentence_stays_in_it():
    found = read_page(
        page(f"<p>On <time datetime='2025-11-10'>Nov. 10</time> Ionic signed a memorandum.</p>{BODY}"), URL
    )

    assert texts(found.content_html)[0] == "On Nov. 10 Ionic signed a memorandum."


def test_machinery_is_cut_by_tag_role_name_links_and_repetition():
    around = """<nav><a href=/>Home</a></nav><div class="cookie-consent"><p>We use cookies.</p></div>
      <div role=dialog><p>Sign up now</p></div>"""
    inside = """<ul><li><a href=/a>Topics</a></li><li><a href=/b>Events</a></li><li><a href=/c>Data</a></li></ul>
      <div class="social-share"><p>Post this</p></div><p>Advert</p><p>Advert</p><p>Advert</p>
      <div class="article__tags">Metals</div><div class="byline">By Ann Ore</div>"""

    found = read_page(page(inside + BODY, around=around), URL)

    assert all(text.startswith("Paragraph") for text in texts(found.content_html))
    assert found.author == "Ann Ore"


def test_lists_of_other_headlines_are_related():
    links = "".join(f"<li><a href=/{n}>Another article about copper number {n} and more</a></li>" for n in range(4))

    found = read_page(page(f"{BODY}<ul>{links}</ul>"), URL)

    assert len(texts(found.content_html, Zone.LEAD, Zone.BODY)) == 6
    assert len(texts(found.content_html, Zone.RELATED)) == 4


def test_highlights_captions_tables_and_profiles_keep_their_zones():
    html = page(
        "<h3>HIGHLIGHTS</h3><ul><li>Ban widened to gallium</li></ul>"
        + BODY
        + "<figure><figcaption>The mine</figcaption>"
        "</figure><table><tr><td>Ga</td><td>5</td></tr></table><h2>About Ores Ltd</h2><p>Ores Ltd digs.</p>"
    )

    content = read_page(html, URL).content_html

    assert texts(content, Zone.HIGHLIGHTS) == ["HIGHLIGHTS", "Ban widened to gallium"]
    assert texts(content, Zone.CAPTION) == ["The mine"]
    assert texts(content, Zone.TABLE) == ["Ga | 5"]
    assert texts(content, Zone.PROFILE) == ["About Ores Ltd", "Ores Ltd digs."]


def test_a_wrapper_that_holds_the_text_is_kept_whatever_its_name():
    found = read_page(f"<body><div class='social newsletter'><article>{BODY}</article></div></body>", URL)

    assert len(texts(found.content_html)) == 6


def test_hints_say_where_a_publisher_keeps_what():
    html = """<meta name="PubDate" content="2025-10-09 09:00"><body><h1>Site</h1><div class=art-con><p>Text one.</p></div>
      <div class=t>公告2025年第61号</div><i class=who>局</i><p>Other text</p></body>"""
    hints = Hints(
        text=".art-con",
        title=".t",
        author="i.who",
        published="meta[name=PubDate]@content",
        zone=ZoneInfo("Asia/Shanghai"),
    )

    found = read_page(html, URL, hints)

    assert (found.title, found.author) == ("公告2025年第61号", "局")
    assert (found.published, found.flags) == (datetime(2025, 10, 9, 1, tzinfo=UTC), ())
    assert texts(found.content_html) == ["Text one."]


def test_a_hint_that_finds_nothing_leaves_our_own_search():
    found = read_page(page(BODY), URL, Hints(text=".gone", title=".gone", published="b@x"))

    assert len(texts(found.content_html)) == 6


def test_without_markup_the_given_extraction_is_asked():
    html = "<body><center><font>" + "<br>".join(["A line of a page from long ago."] * 9) + "</font></center></body>"

    assert texts(read_page(html, URL, extract=lambda _: "<p>Found.</p>").content_html) == ["Found."]
    assert len(texts(read_page(html, URL).content_html)) >= 1


@pytest.mark.parametrize(
    "html", ["", "plain", "<", "<html></html>", "<article></article>", "<div " * 5000, "<li>" * 60000, "<div>" * 10000]
)
def test_any_page_is_survived(html):
    assert read_page(html, URL).published is None


def test_selectors_are_known_before_they_are_used():
    assert is_selector("meta[name=PubDate]@content")
    assert is_selector("main > p")
    assert not is_selector("p[")
    assert not is_selector("")
