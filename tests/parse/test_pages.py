"""What was listed and what its page says become one article; identity stays with the listing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.sources.make import FETCHED, document
from watcher.core.articles.drafts import draft
from watcher.core.errors import ParseError
from watcher.core.model import Draft, Entry, TextState
from watcher.core.pages.article import Page
from watcher.parse.extraction import main_text
from watcher.parse.pages import joined
from watcher.parse.wire import Drafting

LINK = "https://ores.example/news/ban"
TEXT = "<p>The ministry widened the ban on gallium.</p>" + "<p>Buyers were told by letter what it means.</p>" * 6
PAGE = Page(
    title="Gallium ban widened", author="Ann Ore", published=datetime(2026, 2, 5, tzinfo=UTC), content_html=TEXT
)


def listed(**changes: object) -> Draft:
    entry = Entry(guid="7", link=LINK, title="Gallium ban", summary_html="The ministry widened ...", awaits_text=True)
    return draft(replace(entry, **changes), fetched=FETCHED)  # type: ignore[arg-type]  # fields by name


def join(made: Draft, page: Page = PAGE, url: str = LINK, **options: bool) -> tuple[Draft, ...]:
    return joined(made, page, document(b"", url=url), Drafting(), **options)


def test_an_excerpt_with_a_link_awaits_its_text():
    assert listed().text_state is TextState.AWAITING_TEXT
    assert listed(link=None).text_state is TextState.EXCERPT
    assert listed(content_html=TEXT).text_state is TextState.FULL


def test_identity_title_and_date_stay_those_of_the_listing():
    stated = datetime(2026, 2, 6, 9, tzinfo=UTC)
    before = listed(published=stated)

    (made,) = join(before)

    assert set(before.keys) <= set(made.keys)
    assert (made.entry_sha256, made.title, made.published) == (before.entry_sha256, "Gallium ban", stated)
    assert (made.text_state, made.author) == (TextState.FULL, "Ann Ore")
    assert "letter" in made.text


def test_what_was_not_listed_comes_from_the_page():
    (made,) = join(listed(title=""))

    assert (made.title, made.published) == ("Gallium ban widened", PAGE.published)
    assert "undated" not in made.flags
    assert "untitled" not in made.flags


def test_a_hinted_date_goes_before_the_listed_one():
    (made,) = join(listed(published=datetime(2026, 2, 6, tzinfo=UTC)), dates_hinted=True)

    assert made.published == PAGE.published


def test_an_undated_page_of_an_undated_entry_is_undated():
    (made,) = join(listed(), replace(PAGE, published=None))

    assert made.published is None
    assert "undated" in made.flags


@pytest.mark.parametrize(
    ("url", "link"), [("https://ores.example/x", LINK), ("https://other.example/x", "https://other.example/x")]
)
def test_a_link_through_another_host_becomes_the_articles_own(url, link):
    (made,) = join(listed(), url=url)

    assert made.link == link


def test_an_excerpt_that_the_page_does_not_say_leads_the_text():
    (made,) = join(listed(summary_html="Sources: a quota is near ..."))
    (other,) = join(listed(summary_html="The ministry widened the ban"))

    assert "Sources: a quota is near" in made.text
    assert other.text.count("The ministry widened") == 1


def test_a_page_with_less_than_its_excerpt_is_refused():
    with pytest.raises(ParseError, match="7 characters of text"):
        join(listed(), replace(PAGE, content_html="<p>Sign in</p>"))


def test_a_round_up_gives_its_stories_beside_the_article():
    stories = "".join(f"<h2>Mine {n} opens</h2>{TEXT}" for n in (1, 2))

    made = join(listed(), replace(PAGE, content_html=f"<p>Our week.</p>{stories}"), split=True)

    assert [each.title for each in made] == ["Gallium ban", "Mine 1 opens", "Mine 2 opens"]
    assert len({each.keys[0] for each in made}) == 3
    assert "letter" not in made[0].text


def test_a_page_without_markup_is_read_by_the_library():
    lines = "<br><br>".join(
        f"Paragraph {n} of an old page says what the ban on gallium means for buyers." for n in range(9)
    )

    assert "Paragraph 3" in main_text(f"<html><body><font>{lines}</font></body></html>")
