"""How our pages look in a browser: no sideways scrolling, dark colours, the house's ink, and nothing that axe finds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.look.test_safety import TEMPLATES, asking
from tests.make import make_alert_message, make_digest_message, make_notice_message
from tests.test_charts import TABLE
from tests.tools import tool, wanting
from watcher.app.deed_words import absent, expired, forged
from watcher.core.telling.links import AlertLinks, Links
from watcher.render.pages import Asking, Banner, Button, Listing, Pages, Part, Row, Way
from watcher.render.renderer import Renderer
from watcher.web.visits import policy

LONG = "Unbreakable" * 30
AT = "https://watch.example"
SIZES = ((320, "light"), (375, "dark"), (1000, "light"))


def documents() -> dict[str, str]:
    """Every sort of page, and the mails with their buttons."""
    pages, mails = Pages(TEMPLATES), Renderer(TEMPLATES)
    rows = tuple(Row(words=f"Issue {n}: {LONG[: 40 * n]}", href="a", note="8 stories") for n in (1, 2))
    parts = (Part(title="Weekly", rows=rows, next="b"), Part(title="Daily", rows=(), empty="No issue was sent yet."))
    message = make_alert_message()
    names = ("acknowledge", "snooze", "tomorrow", "mute", "not_relevant")
    acts = AlertLinks(**{name: f"{AT}/act/{name}" for name in names})
    links = Links(
        alerts=tuple((told.alert, acts) for told in message.alerts),
        unsubscribe=f"{AT}/unsubscribe/x",
        page=f"{AT}/issue/x",
    )
    done = Asking(title="Done", message=Banner(tone="good", words=LONG), buttons=(Button(words="Undo", value="undo"),))
    way = (Way(href="../x", words="All issues"),)
    return {
        "ask": pages.ask(asking("Ministry licenses exports")).html,
        "long": pages.ask(asking(LONG)).html,
        "arabic": pages.ask(asking("الوزارة تعلن ترخيص تصدير الأنتيمون")).html,
        "done": pages.ask(done).html,
        "forged": pages.ask(forged()).html,
        "expired": pages.ask(expired()).html,
        "absent": pages.ask(absent()).html,
        "archive": pages.listing(Listing(title="Issues", parts=parts), ways=way).html,
        "issue": pages.issue(make_digest_message(), zone="Europe/Berlin", ways=way).html,
        "alert mail": mails.render(message, zone="Europe/Berlin", recipient="a@desk.example", links=links).html,
        "digest mail": mails.render(make_digest_message(), zone="UTC", recipient="a@desk.example", links=links).html,
        "notice mail": mails.render(make_notice_message(), zone="UTC", recipient="a@desk.example").html,
    }


def test_pages_need_nothing_from_anywhere_and_have_one_head() -> None:
    for name, html in documents().items():
        assert "<script" not in html, name
        assert "<link" not in html, name
        assert html.count("<h1") == 1, name
        assert '<html lang="en"' in html, name


@pytest.mark.skipif(find_spec("PIL") is None, reason="the extra charts is not installed")
def test_charts_of_an_archived_issue_lie_within_its_page() -> None:
    page = Pages(TEMPLATES).issue(make_digest_message(numbers=(TABLE,)), zone="UTC")

    assert page.pictures
    assert page.html.count('src="data:image/png;base64,') == 2
    assert "cid:" not in page.html
    assert "; img-src data:; " in policy(page.styles, pictures=True)
    assert "img-src" not in policy(page.styles)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if find_spec("playwright") is None:
        wanting("playwright", "install event-watcher[browser] to run this")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(tool("chromium")), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_no_page_scrolls_sideways_and_all_wear_the_colours_of_the_house(browser: Any, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
    paper = {"light": {"rgb(251, 250, 246)", "rgb(239, 236, 228)"}, "dark": {"rgb(21, 22, 26)", "rgb(15, 16, 19)"}}
    for name, html in documents().items():
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in paper[scheme], name
    page.close()


@pytest.mark.slow
def test_axe_finds_nothing(browser: Any) -> None:
    place = os.environ.get("AXE_CORE", "")
    if not Path(place).is_file():
        wanting("axe", "set AXE_CORE to axe.min.js of the npm package axe-core to run this")
    script = Path(place).read_text(encoding="utf-8")
    found = []
    for width, scheme in SIZES:
        page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
        for name, html in documents().items():
            page.set_content(html)
            page.evaluate(script)
            ran = page.evaluate("axe.run()")
            found += [(name, width, each["id"], json.dumps(each["nodes"])[:300]) for each in ran["violations"]]
        page.close()

    assert found == []
