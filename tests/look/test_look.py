"""How mails look in a browser: no sideways scrolling, dark colours, the type and colours of the house."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.make import (
    make_alert_message,
    make_digest_message,
    make_digest_story,
    make_notice_message,
    make_quote,
    make_told,
)
from watcher.core.model import Severity
from watcher.core.telling.messages import DigestSection, Message
from watcher.render.renderer import Renderer

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WIDTHS = (320, 375, 640)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
DARK = "--blink-settings=preferredColorScheme=0"
LONG = "Unbreakable" * 30

MESSAGES: dict[str, Message] = {
    "alert": make_alert_message(),
    "alerts": make_alert_message(
        make_told(),
        make_told(
            change="updated", severity=Severity.WARNING, news=("status: in force",), status="in_force", published=None
        ),
        make_told(severity=Severity.NOTICE, headline="商务部公布稀土出口许可新程序", language="zh", status=None),
    ),
    "digest": make_digest_message(),
    "empty": make_digest_message(sections=(), brief=(), updates=(), quiet=()),
    "notice": make_notice_message(),
    "long_alert": make_alert_message(
        make_told(
            headline=LONG, publisher=LONG, rule_title=LONG, host=LONG, quotes=(make_quote(LONG, ()),), why=(LONG,)
        )
    ),
    "long_digest": make_digest_message(
        title=LONG,
        sections=(
            DigestSection(
                topic="other",
                title=LONG,
                stories=(
                    make_digest_story(headline=LONG, publisher=LONG, articles=1204, status=LONG, sentences=(LONG,)),
                ),
            ),
        ),
    ),
    "right_to_left": make_alert_message(make_told(headline="الوزارة تعلن ترخيص تصدير الأنتيمون", language="ar")),
}

MEASURE = """
<script>
window.onload = () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const inner = frame.contentDocument, style = (query, name) => {
      const one = inner.querySelector(query);
      return one ? frame.contentWindow.getComputedStyle(one)[name] : null;
    };
    found[frame.id] = {
      wide: inner.documentElement.scrollWidth, sheet: style(".sheet", "backgroundColor"), ink: style("h1", "color"),
      serif: style("h1", "fontFamily"), pad: style(".pad", "paddingLeft"), mark: style(".mk", "backgroundColor"),
      turned: style("h1", "direction"),
    };
  }
  document.title = JSON.stringify(found);
};
</script>
"""


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of Chromium; tests that look skip where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: looks can't be measured")
    return path


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    renderer = Renderer(TEMPLATES)
    return {
        name: renderer.render(message, zone="Europe/Berlin", recipient="analyst@desk.example", channel="team").html
        for name, message in MESSAGES.items()
    }


def framed(pages: dict[str, str], widths: tuple[int, ...], height: int) -> str:
    """One page that shows each mail in frames as wide as a reader's window, so that its own media queries apply."""
    frames = "".join(
        f'<iframe id="{name}-{width}" width="{width}" height="{height}" style="border:0" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
        for width in widths
    )
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body style="margin:0">{frames}{MEASURE}</body></html>'


def run(browser: str, folder: Path, page: str, *flags: str) -> str:
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, file.as_uri()],
        capture_output=True,
        timeout=60,
        check=True,
    )
    return done.stdout.decode()


def measured(browser: str, folder: Path, pages: dict[str, str], *flags: str) -> dict[str, dict[str, object]]:
    dom = run(browser, folder, framed(pages, WIDTHS, 900), "--dump-dom", "--virtual-time-budget=5000", *flags)
    title = re.search(r"<title>(.*?)</title>", dom.split("<iframe")[0], re.DOTALL)
    assert title, "the page did not measure itself"
    return json.loads(html.unescape(title[1]))


def test_no_mail_scrolls_sideways_from_a_small_phone_up(browser: str, pages: dict[str, str], tmp_path: Path) -> None:
    found = measured(browser, tmp_path, pages)

    assert len(found) == len(MESSAGES) * len(WIDTHS)
    assert {name: size["wide"] for name, size in found.items() if size["wide"] > int(name.rsplit("-", 1)[1])} == {}


def test_light_mail_wears_the_colours_and_type_of_the_house(
    browser: str, pages: dict[str, str], tmp_path: Path
) -> None:
    found = measured(browser, tmp_path, pages)

    alert = found["alert-640"]
    assert (alert["sheet"], alert["ink"], alert["mark"]) == (
        "rgb(255, 255, 255)",
        "rgb(28, 27, 24)",
        "rgb(255, 239, 176)",
    )
    assert str(alert["serif"]).startswith("Georgia")
    assert (alert["pad"], found["alert-375"]["pad"]) == ("32px", "18px")
    assert found["right_to_left-640"]["turned"] == "rtl"


def test_dark_mail_turns_by_media_query(browser: str, pages: dict[str, str], tmp_path: Path) -> None:
    found = measured(browser, tmp_path, pages, DARK)

    assert {str(size["sheet"]) for size in found.values()} == {"rgb(28, 30, 35)"}
    assert found["alert-640"]["ink"] == "rgb(236, 234, 228)"
    assert found["alert-640"]["mark"] == "rgb(74, 60, 10)"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alert", "alerts", "digest", "notice"])
@pytest.mark.parametrize(("width", "flags"), [(640, ()), (375, ()), (640, (DARK,))], ids=["desktop", "phone", "dark"])
def test_pictures_can_be_taken(
    browser: str, pages: dict[str, str], tmp_path: Path, name: str, width: int, flags: tuple[str, ...]
) -> None:
    picture = tmp_path / f"{name}-{width}.png"

    run(
        browser,
        tmp_path,
        framed({name: pages[name]}, (width,), 3400),
        f"--screenshot={picture}",
        f"--window-size={max(width, 500)},3400",
        *flags,
    )

    assert picture.stat().st_size > 20_000
