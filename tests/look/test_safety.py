"""What strangers write runs nowhere: mails, archive and action pages in Chromium, with a raw control that must fire.

The sets are public lists of attacks; each payload stands as headline, sentence, publisher, rule and link of the real
pages, in frames that let scripts run and tell when one did. No policy protects them there: only the escaping does.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.look.filled import filled
from tests.tools import tool, wanting
from watcher.app.deed_words import WORDS, alert_about
from watcher.core.model import Severity, Trust
from watcher.core.telling.messages import AlertMessage, DigestMessage, DigestSection, DigestStory, NoticeMessage, Told
from watcher.render.pages import Asking, Button, Pages
from watcher.render.renderer import Renderer
from watcher.render.syndication import Feed, Item, atom
from watcher.stores.links import AlertSeen

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOW = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
A_PAGE = 8
"""Payloads in one message: few enough that hardly any is folded away in a mail; the archive folds none."""
FRAMES = 60
ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "input",
    "img",
    "video",
    "audio",
    "link",
    "base",
}
HOOK = (
    "<script>window.alert=window.prompt=window.confirm=window.print=function(){parent.postMessage('fired %s','*');"
    "return true};window.onerror=function(){return true}</script>"
)


def told(line: str) -> None:
    """The figures of a run, for who asks for them with -s."""
    sys.stdout.write(f"{line}\n")


def batches(payloads: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    walk = iter(payloads)
    while batch := tuple(islice(walk, size)):
        yield batch


@dataclass(slots=True)
class Press:
    """The real renderers."""

    mails: Renderer = field(default_factory=lambda: Renderer(TEMPLATES))
    pages: Pages = field(default_factory=lambda: Pages(TEMPLATES))

    def documents(self, batch: tuple[str, ...]) -> tuple[str, ...]:
        """An alert mail, a digest mail, the issue in the archive, a notice, and the page of a button, of these payloads."""
        told = AlertMessage(route=batch[0], alerts=tuple(filled(Told, each) for each in batch))
        stories = tuple(filled(DigestStory, each) for each in batch)
        section = DigestSection(topic="other", title=batch[0], stories=stories)
        issue = replace(filled(DigestMessage, batch[0]), sections=(section,))
        return (
            self.mails.render(told, zone="UTC", recipient=batch[0], channel=batch[0]).html,
            self.mails.render(issue, zone="UTC", recipient=batch[0]).html,
            self.pages.issue(issue, zone="UTC").html,
            self.pages.ask(asking(batch[0])).html,
            self.mails.render(filled(NoticeMessage, batch[0]), zone="UTC").html,
        )


def asking(payload: str) -> Asking:
    seen = AlertSeen(
        rule=payload,
        state="open",
        severity=Severity.URGENT,
        headline=payload,
        language=payload,
        publisher=payload,
        trust=Trust.UNKNOWN,
        published=None,
        seen=NOW,
    )
    words = WORDS["mute"]
    about = alert_about(seen, title=payload, zone="UTC", now=NOW)
    return Asking(title=words.ask, about=about, says=words.says, buttons=(Button(words=words.button),), foot=(payload,))


@pytest.fixture(scope="module")
def payloads(shared: Path) -> list[str]:
    hostile = shared / "hostile"
    names = ("xss_dompurify.json", "xss_payloadbox.json")
    read = (each for name in names for each in json.loads((hostile / name).read_text(encoding="utf-8")))
    return [each.encode("utf-8", "replace").decode() for each in read]


def active(html: str, plain: LexborHTMLParser) -> list[str]:
    """What could run or load in a document, beyond what the same document has without any payload."""
    tree = LexborHTMLParser(html)
    allowed = {node.tag for node in plain.css("*")}
    found = []
    for node in tree.css("*"):
        attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
        if node.tag in ACTIVE and node.tag not in allowed:
            found.append(node.tag)
        found += [name for name in attributes if name.startswith("on") or name in {"srcdoc", "formaction"}]
        address = attributes.get("href", "")
        if address and not address.startswith(("http://", "https://", "#")):
            found.append(address)
    return found


def test_no_payload_makes_an_element_an_attribute_or_a_scheme(payloads: list[str]) -> None:
    press = Press()
    plain = [LexborHTMLParser(html) for html in press.documents(("A ban",))]
    sample = [*payloads[:30], *payloads[223 :: len(payloads) // 70]]

    found = [
        active(html, bare)
        for batch in batches(sample, A_PAGE)
        for html, bare in zip(press.documents(batch), plain, strict=True)
    ]

    assert len(sample) >= 90
    assert [each for each in found if each] == []
    told(f"S7 sample: {len(sample)} payloads, {len(found)} documents, 0 with anything active")


def test_a_template_within_a_headline_is_printed_as_it_stands(shared: Path) -> None:
    found = json.loads((shared / "hostile" / "ssti_payloads.json").read_text(encoding="utf-8"))
    tried = [" ".join(each.split()) for each in found[::3] if each.isprintable()]
    press = Press()

    for batch in batches(tried, A_PAGE):
        for html in press.documents(batch)[1:3]:
            shown = " ".join(LexborHTMLParser(html).text().split())
            assert all(each in shown for each in batch), batch
    told(f"S5 as content: {len(tried)} templates, {len(tried)} printed as they stand")


def test_no_payload_breaks_a_feed(payloads: list[str]) -> None:
    items = tuple(
        Item(id=each, title=each, text=each, author=each, about=(each,), language="en", updated=NOW, published=NOW)
        for each in payloads[:300]
    )

    read = ET.fromstring(atom(Feed(id="x", title=payloads[0], updated=NOW, items=items)))

    assert len(read.findall("{http://www.w3.org/2005/Atom}entry")) == 300
    assert {each.tag.rpartition("}")[2] for each in read.iter()} <= {
        *("feed", "id", "title", "updated", "author", "name", "generator", "entry", "published", "category", "content")
    }


def framed(documents: Sequence[str]) -> str:
    """Documents in frames that let scripts run; each tells when one of its own does."""
    frames = "".join(
        f'<iframe sandbox="allow-scripts allow-modals" width="300" height="60" '
        f'srcdoc="{escape(HOOK % number + document)}"></iframe>'
        for number, document in enumerate(documents)
    )
    count = "<script>window.fired=[];addEventListener('message',e=>window.fired.push(String(e.data)))</script>"
    return f'<!doctype html><meta charset="utf-8">{count}<body>{frames}</body>'


@pytest.mark.slow
def test_nothing_that_strangers_write_runs_in_a_browser(payloads: list[str], tmp_path: Path) -> None:
    if find_spec("playwright") is None:
        wanting("playwright", "install event-watcher[browser] to run this")
    from playwright.sync_api import sync_playwright

    press = Press()
    real = [html for batch in batches(payloads, A_PAGE) for html in press.documents(batch)]
    raw = [f"<p>{each}</p>" for each in payloads[::8]]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(tool("chromium")), args=["--no-sandbox"])
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())

        def fired(documents: Sequence[str]) -> set[str]:
            found: set[str] = set()
            for number, batch in enumerate(batches(documents, FRAMES)):
                file = tmp_path / "page.html"
                file.write_text(framed(batch), encoding="utf-8", errors="replace")
                page.goto(file.as_uri(), wait_until="load")
                page.wait_for_timeout(150)
                found |= {f"{number} {each}" for each in page.evaluate("window.fired")}
            return found

        clean = fired(real)
        away = [url for url in asked if not url.startswith(("file:", "about:"))]
        control = fired(raw)
        browser.close()

    told(
        f"S7: {len(payloads)} payloads in {len(real)} documents: {len(clean)} ran, {len(away)} requests elsewhere; "
        f"raw control: {len(control)} of {len(raw)} ran"
    )
    assert len(control) > len(raw) // 50
    assert (clean, away) == (set(), [])
