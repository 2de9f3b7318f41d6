"""A round-up gives its stories one by one; what is one story stays one."""

from __future__ import annotations

from watcher.core.model import Entry
from watcher.core.pages.roundups import pieces, split_entry
from watcher.core.text.html import blocks
from watcher.core.urls import canonical_url

LONG = "The ministry said on Friday that the licence was granted to the only company that had asked for it in time."


def test_headings_of_one_level_part_a_page_into_stories():
    html = f"<h1>Our week</h1><p>Hello.</p><h2>ONE MINE OPENS:</h2><p>{LONG}</p><h3>More:</h3><p>{LONG}</p><h2>Two mines close –</h2><p>{LONG}</p>"

    found, intro = pieces(html)

    assert [piece.heading for piece in found] == ["ONE MINE OPENS", "Two mines close"]
    assert [block.text for block in blocks(found[0].content_html)] == [LONG, "More:", LONG]
    assert [block.text for block in blocks(intro)] == ["Our week", "Hello."]


def test_lines_in_capitals_part_a_text_without_headings():
    text = f"Hello.\nONE MINE OPENS:\n{LONG}\nTWO MINES CLOSE –\n{LONG}"

    found, _ = pieces(text)

    assert [piece.heading for piece in found] == ["ONE MINE OPENS", "TWO MINES CLOSE"]


def test_a_plain_mail_is_parted_by_its_links():
    text = f"Hello.\nOne Mine Opens\n{LONG}\nTo the article <https://ores.example/1>\nTwo Mines Close\n{LONG}\nTo the article <https://ores.example/2>"

    found, _ = pieces(text)

    assert [(piece.heading, piece.link) for piece in found] == [
        ("One Mine Opens", "https://ores.example/1"),
        ("Two Mines Close", "https://ores.example/2"),
    ]
    assert "To the article" not in found[0].content_html


def test_a_story_links_where_its_heading_or_its_own_words_lead():
    html = f"""<h2><a href="/1">One mine opens</a></h2><p>{LONG} <a href="/x">licence</a></p>
      <h2>Two mines close</h2><p>{LONG}</p><p><a href="/2">Read more »</a></p><h2>Three dig on</h2><p>{LONG}</p>
      <p><a href="#">To the article</a></p>"""

    found, _ = pieces(html, "https://ores.example/week")

    assert [piece.link for piece in found] == ["https://ores.example/1", "https://ores.example/2", None]


def test_one_story_under_subheadings_of_related_and_profile_is_no_round_up():
    html = f"<p>{LONG}</p><h2>Background</h2><p>{LONG}</p><h2>About Ores Ltd</h2><p>{LONG}</p><h2>Related articles</h2><p>{LONG}</p>"

    assert pieces(html)[0] == ()


def test_entries_of_a_round_up_have_identities_and_links_of_their_own():
    html = f"<p>Hello.</p><h2>ONE MINE OPENS:</h2><p>{LONG}</p><h2>TWO MINES CLOSE:</h2><p>{LONG}</p>"
    entry = Entry(guid="week-22", link="https://ores.example/week", title="Our week", content_html=html)

    one, two = split_entry(entry)

    assert (one.title, two.title) == ("ONE MINE OPENS", "TWO MINES CLOSE")
    assert one.guid == "week-22#one-mine-opens"
    assert one.link == "https://ores.example/week#:~:text=ONE%20MINE%20OPENS"
    assert len({canonical_url(part.link or "") for part in (one, two, entry)}) == 3


def test_a_long_introduction_stays_an_article():
    html = f"<p>{LONG * 8}</p><h2>One mine opens</h2><p>{LONG}</p><h2>Two mines close</h2><p>{LONG}</p>"

    assert [part.title for part in split_entry(Entry(title="Our week", content_html=html))] == [
        "Our week",
        "One mine opens",
        "Two mines close",
    ]


def test_what_is_no_round_up_stays_as_it_came():
    entry = Entry(title="Ban", content_html=f"<p>{LONG}</p>")

    assert split_entry(entry) == (entry,)


def test_an_entry_without_any_text_stays_as_it_is():
    entry = Entry(guid="a", link="https://wire.example/a", title="The week")

    assert split_entry(entry) == (entry,)
