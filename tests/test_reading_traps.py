"""Traps of real pages and of a real feed that embarrass a reader: each is tried on the text it was met in.

The texts lie beside the checkout; without them these tests skip. The last one prints how many traps were tried.
"""

from __future__ import annotations

import html as entities
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from watcher.core.articles.drafts import draft
from watcher.core.model import Document, Draft, Entry, Zone
from watcher.core.pages.article import Page, read_page
from watcher.core.pages.roundups import pieces, split_entry
from watcher.core.text.boilerplate import without_chrome
from watcher.core.text.reading import Reading
from watcher.core.urls import canonical_url
from watcher.sources.feed import xml

NOW = datetime(2026, 2, 7, 6, 0, tzinfo=UTC)
TOLD = (Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the traps are tried on: pages as read, their drafts, texts as they came, and the feed's articles."""

    pages: Mapping[str, Page]
    drafts: Mapping[str, Draft]
    raw: Mapping[str, str]
    feed: tuple[Draft, ...]
    entries: tuple[Entry, ...]

    def told(self, name: str, *zones: Zone) -> str:
        """The text of those zones, of all that count as news if none is named."""
        made = self.drafts[name]
        return "\n".join(made.text[z.start : z.end] for z in made.zones if z.zone in (zones or TOLD))

    def stories(self, name: str) -> list[Draft]:
        """A round-up's stories."""
        html = self.raw[name] if name == "N" else self.pages[name].content_html
        entry = Entry(guid=name, link=f"https://{name}.example/week", title=self.pages[name].title, content_html=html)
        return [draft(part, fetched=NOW) for part in split_entry(entry)]


FILES = {
    "A": "pages/realloys_article.html",
    "P": "pages/platts_article.html",
    "B": "pages/roundup_blog.html",
    "N": "pages/roundup_newsletter.html",
    "B.txt": "documents/roundup_blog.txt",
    "N.txt": "documents/roundup_newsletter.txt",
}


@pytest.fixture(scope="module")
def material(shared) -> Material:
    corpus = shared / "corpus"
    raw = {name: (corpus / path).read_text(encoding="utf-8") for name, path in FILES.items()}
    pages = {name: read_page(raw[name], f"https://{name}.example/page") for name in "APBN"}
    drafts = {name: draft(_entry(name, page), fetched=NOW) for name, page in pages.items()}
    body = (corpus / "feeds" / "rareearthexchanges.xml").read_bytes()
    url = "https://rareearthexchanges.com/feed/"
    document = Document(
        request_url=url, final_url=url, status=200, headers=(), body=body, body_sha256="0" * 64, fetched=NOW
    )
    found = xml.parse(document)
    assert found is not None
    feed = tuple(draft(entry, fetched=NOW) for entry in found.entries)
    return Material(pages=pages, drafts=drafts, raw=raw, feed=feed, entries=found.entries)


def _entry(name: str, page: Page) -> Entry:
    return Entry(
        link=f"https://{name}.example/page",
        title=page.title,
        author=page.author,
        content_html=page.content_html,
        published=page.published,
        language=page.language,
        flags=page.flags,
    )


def headings(html: str) -> list[str]:
    """The headings that part a page, without the signs that end them."""
    return [entities.unescape(found).rstrip(" :–") for found in re.findall(r"<h2[^>]*>(.*?)</h2>", html)]


TAIL = re.compile(r"\]\]>|opens in a new tab|appeared first on|^DOI:?$", re.MULTILINE)


def _words(made: Draft) -> set[str]:
    reading = Reading(
        text=made.text,
        zones=made.zones,
        language=made.language,
        source="x",  # type: ignore[arg-type]  # any name will do
        trust=None,  # type: ignore[arg-type]  # nobody asks
    )
    return set(reading.words.texts)


TRAPS: Mapping[str, Callable[[Material], bool]] = {
    "A: related items are no part of the article": lambda m: "Korea Zinc" not in m.told("A"),
    "A: related items are found by whoever names their zone": lambda m: "10 trillion won" in m.told("A", Zone.RELATED),
    "A: another company of a similar name stays in the related items": lambda m: (
        "Ionic Mineral" not in m.told("A") and "Silicon Ridge" in m.told("A", Zone.RELATED)
    ),
    "A: cookie banner": lambda m: "Cookie" not in m.drafts["A"].text and "拒否" not in m.drafts["A"].text,
    "A: lines about AI reports": lambda m: "AIによ" not in m.drafts["A"].text,
    "A: heading of the related items": lambda m: "関連記事" not in m.told("A"),
    "A: undated page": lambda m: m.pages["A"].published is None and "undated" in m.drafts["A"].flags,
    "A: the page's language is not the article's": lambda m: m.drafts["A"].language == "en",
    "A: title": lambda m: f"<h1>{m.pages['A'].title}</h1>" in m.raw["A"],
    "A: the standfirst leads": lambda m: m.told("A", Zone.LEAD).startswith("US-based rare earth firm REalloys has"),
    "A: brackets of an editor stay": lambda m: "[REalloys also] rather [wants to]" in m.told("A"),
    "A: the article is whole": lambda m: "full independence remains a long-term goal" in m.told("A", Zone.BODY),
    "P: navigation": lambda m: (
        not {"Featured Topics", "Reference Tools", "Events"} & set(m.drafts["P"].text.split("\n\n"))
    ),
    "P: no heading of the navigation or of a box is the title": lambda m: m.pages["P"].title == "Ionic Rare Earths",
    "P: the box of highlights is one": lambda m: (
        m.told("P", Zone.HIGHLIGHTS).count("\n") == 3 and "China controls 90%" in m.told("P", Zone.HIGHLIGHTS)
    ),
    "P: the lead begins after the box": lambda m: m.told("P", Zone.LEAD).startswith("Rare earth recycler"),
    "P: byline, date and tags are no text": lambda m: (
        not re.search(r"Euan Sadden|November 26|Non-Ferrous", m.drafts["P"].text)
    ),
    "P: author": lambda m: m.pages["P"].author == "Euan Sadden",
    "P: a date without an hour": lambda m: (
        m.pages["P"].published == datetime(2025, 11, 26, tzinfo=UTC) and "date_only" in m.drafts["P"].flags
    ),
    "P: footer": lambda m: "Editor:" not in m.drafts["P"].text,
    "P: all sixteen paragraphs": lambda m: m.told("P", Zone.LEAD, Zone.BODY).count("\n") == 15,
    "P: one article is no round-up": lambda m: pieces(m.pages["P"].content_html)[0] == (),
    "B: date of the page": lambda m: m.pages["B"].published == datetime(2025, 5, 27, tzinfo=UTC),
    "B: a date glued to the first word": lambda m: (
        read_page(_paragraphs(m.raw["B.txt"]), "https://b.example/").published == datetime(2025, 5, 27, tzinfo=UTC)
    ),
    "B: headings in capitals with colon or dash part it": lambda m: (
        [s.title for s in m.stories("B")] == headings(m.raw["B"])
    ),
    "B: so do they in plain text": lambda m: [p.heading for p in pieces(m.raw["B.txt"])[0]] == headings(m.raw["B"]),
    "B: the stray headline on top is no story's": lambda m: (
        not any("What We Can Learn" in story.text for story in m.stories("B"))
    ),
    "B: the greeting is no story": lambda m: not any("Greetings" in story.text for story in m.stories("B")),
    "B: a heading below a story's stays in it": lambda m: (
        "China Has Banned Exports" in m.stories("B")[0].text and "$6.9 million" in m.stories("B")[0].text
    ),
    "B: stories are articles apart": lambda m: (
        len({story.keys[0] for story in m.stories("B")}) == 4
        and len({canonical_url(story.link or "") for story in m.stories("B")}) == 4
    ),
    "N: four stories": lambda m: [s.title for s in m.stories("N")] == headings(m.raw["N"]),
    "N: so in plain text": lambda m: [p.heading for p in pieces(m.raw["N.txt"])[0]] == headings(m.raw["N"]),
    "N: words that lead on are no text": lambda m: not any("To the article" in s.text for s in m.stories("N")),
    "N: a link that leads nowhere is none": lambda m: all(p.link is None for p in pieces(m.raw["N"])[0]),
    "N: stories have identities without links": lambda m: len({s.keys[0] for s in m.stories("N")}) == 4,
    "N: a table for the layout is no table": lambda m: all(
        z.zone is not Zone.TABLE for story in m.stories("N") for z in story.zones
    ),
    "R15: a dash that became a question mark": lambda m: "Rare Earth–Gallium Project" in m.feed[15].title,
    "R: a title that asks keeps its question mark": lambda m: (
        m.feed[0].title.endswith("?") == (m.entries[0].title.endswith("?"))
    ),
    "R5: a table flattened to text is a table": lambda m: any(
        z.zone is Zone.TABLE and "Magnet TypeKey REEs" in m.feed[5].text[z.start : z.end] for z in m.feed[5].zones
    ),
    "R: words of the feed's machinery": lambda m: not any(TAIL.search(each.text) for each in m.feed),
    "R: words for screen readers were there": lambda m: (
        sum(e.content_html.count("(opens in a new tab)") for e in m.entries) > 30
    ),
    "R: markdown that nobody rendered": lambda m: (
        without_chrome("as _Rare Earth Exchanges_™ wrote, snake_case_stays")
        == "as Rare Earth Exchanges™ wrote, snake_case_stays"
    ),
    "R: forum addresses are no links": lambda m: not any("forum" in (each.link or "") for each in m.feed),
    "R14: a GUID beside another link": lambda m: (
        {key.partition(":")[0] for key in m.feed[14].keys} == {"guid", "link", "title"}
        and m.feed[14].keys[0].rpartition("//")[2] not in m.feed[14].keys[1]
    ),
    "R: one story under subheadings is no round-up unasked": lambda m: len(m.feed) == len(m.entries) == 25,
    "R1: a hyphen without spaces parts words": lambda m: {"real", "and"} <= _words(m.feed[1]),
    "R: every article has its date": lambda m: all(each.published is not None for each in m.feed),
    "R: newest first, as listed": lambda m: all(
        (a.published or NOW) >= (b.published or NOW) for a, b in pairwise(m.feed)
    ),
}


def _paragraphs(text: str) -> str:
    """A text as a page whose markup says nothing."""
    return "<body>" + "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip()) + "</body>"


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_catches_nobody(material, trap):
    assert TRAPS[trap](material)


def test_how_many_traps_were_tried(material, capsys):
    passed = [trap for trap, holds in TRAPS.items() if holds(material)]

    with capsys.disabled():
        sys.stdout.write(f"\ntraps of reading: {len(TRAPS)} tried, {len(passed)} passed\n")
    assert len(passed) == len(TRAPS) >= 45
