"""Charts of an issue: two pictures each, beside a table that says the same; nothing of them where nothing can draw."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from decimal import Decimal
from email import message_from_bytes
from email.policy import SMTP
from importlib.util import find_spec
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.channels.samples import make_envelope
from tests.make import make_digest_message
from watcher.channels.email import Email, EmailOptions
from watcher.core.telling.messages import Bars, DigestMessage, DigestTable
from watcher.render import charts
from watcher.render.catalogues import Catalogues
from watcher.render.charts import alt_text, charts_of, drawn_inside, pictures_of
from watcher.render.renderer import Renderer

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
TABLE = DigestTable(
    title="Money committed",
    head=("From and to", "Amount"),
    rows=(("Bank to Mine", "up to $6.9 million"), ("Fund to Mill", "$200 million")),
    notes=("Not added up.",),
    bars=Bars(
        unit="millions of USD",
        labels=("Bank to Mine", "Fund to Mill"),
        values=(("6.9",), ("200",)),
        shown=("up to $6.9 million", "$200 million"),
    ),
)
pillow = pytest.mark.skipif(find_spec("PIL") is None, reason="the extra charts is not installed")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def issue(**changes) -> DigestMessage:
    return make_digest_message(**{"numbers": (TABLE,), **changes})


@pillow
def test_an_issue_shows_a_light_and_a_dark_picture_whose_figures_the_table_repeats(renderer):
    made = renderer.render(issue(), zone="UTC")
    page = LexborHTMLParser(made.html)

    light, dark = (f"cid:{picture.cid}" for picture in made.pictures)
    shown = [node.attributes["src"] for node in page.css("img")]
    assert shown == [light, dark]
    for image in page.css("img"):
        alt = image.attributes["alt"] or ""
        assert all(words in alt for words in ("from zero", "millions of USD", "up to $6.9 million", "$200 million"))
    cells = [node.text() for node in page.css("table.nums td")]
    assert cells == [cell for row in TABLE.rows for cell in row]


@pillow
def test_a_bar_begins_at_zero_and_is_as_long_as_its_figure():
    from PIL import Image

    (chart,) = charts_of(issue())
    image = Image.open(io.BytesIO(chart.light.png)).convert("RGB")
    assert image.size == (2 * chart.width, 2 * chart.height)
    brown = (0x6E, 0x58, 0x30)

    def bar(row: int) -> list[int]:
        line = 2 * (charts._TOP + row * charts._ROW + charts._ROW // 2)
        return [
            x
            for x in range(image.width)
            if sum(abs(a - b) for a, b in zip(image.getpixel((x, line)), brown, strict=True)) < 30
        ]

    small, large = bar(0), bar(1)
    assert min(small) == min(large)
    assert len(small) / len(large) == pytest.approx(6.9 / 200, abs=0.01)


@pillow
def test_the_same_issue_gives_the_same_pictures_and_others_have_other_names():
    first, again = charts_of(issue()), charts_of(issue())
    other = charts_of(issue(period="2026-W07"))

    assert first == again
    assert first[0].light.cid != other[0].light.cid


@pillow
def test_a_mail_carries_the_pictures_by_content_id(renderer):
    made = renderer.render(issue(), zone="UTC", recipient="a@desk.example")
    channel = Email(
        EmailOptions.model_validate({"smtp": {"host": "mx.example"}, "from": "w@x.example", "to": ["a@desk.example"]})
    )
    (call,) = channel.wire(made, make_envelope(recipient="a@desk.example"))

    mail = message_from_bytes(call.mail.as_bytes(), policy=SMTP)  # type: ignore[union-attr]  # it is a mail
    images = {
        part["Content-ID"].strip("<>"): part.get_content()
        for part in mail.walk()
        if part.get_content_type() == "image/png"
    }
    assert images == {picture.cid: picture.png for picture in made.pictures}
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "multipart/related"]


@pillow
def test_a_page_that_is_no_mail_has_its_pictures_inside(renderer):
    made = renderer.render(issue(), zone="UTC")

    page = drawn_inside(made.html, made.pictures)

    assert "cid:" not in page
    sources = [node.attributes["src"] or "" for node in LexborHTMLParser(page).css("img")]
    assert [b64decode(each.partition(",")[2]) for each in sources] == [picture.png for picture in made.pictures]


def test_without_a_library_the_table_stands_alone(renderer, monkeypatch):
    monkeypatch.setattr(charts, "find_spec", lambda _name: None)

    made = renderer.render(issue(), zone="UTC")

    assert made.pictures == ()
    assert "<img" not in made.html
    assert "up to $6.9 million" in made.html


def test_a_short_issue_has_no_numbers(renderer):
    made = renderer.render(issue(length="short"), zone="UTC")

    assert made.pictures == ()
    assert "up to $6.9 million" not in made.html + made.text


def test_the_alternative_text_ends_where_it_would_be_too_long():
    many = Bars(
        unit="t",
        labels=tuple(f"A company with a name of some length {n}" for n in range(30)),
        values=(("1",),) * 30,
        shown=("1 t",) * 30,
    )

    assert alt_text(TABLE, many).endswith("The table says the rest.")


def test_values_of_several_weeks_are_all_said():
    weeks = Bars(unit="articles a week", labels=("gallium",), values=(("0", "3", "4"),), shown=("4",))

    assert "gallium: 0, 3, 4." in alt_text(TABLE, weeks)
    assert Decimal(weeks.values[0][-1]) == 4


@pillow
def test_the_id_of_a_picture_is_one_that_a_mail_may_carry() -> None:
    cids = [picture.cid for picture in pictures_of(issue(digest="to:kenji"))]

    assert cids[0] == "chart1.to-kenji.2026-W06.light@watcher"
    assert all(re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*@watcher", cid) for cid in cids)


@pillow
def test_a_picture_has_no_english_caption_where_the_face_lacks_the_readers_signs() -> None:
    catalogues = Catalogues(TEMPLATES)
    bars = Bars(unit="millions of $", labels=("Bank A to Miner",), values=(("5",),), shown=("$5 million",))
    table = DigestTable(title="Money", head=("From and to",), rows=(("Bank AからMinerへ",),), notes=(), bars=bars)

    drawn = {each: charts._drawable(table, bars, catalogues.words(each)) for each in ("en", "de", "ja", "zh")}

    assert [drawn[each].unit for each in ("en", "de", "ja", "zh")] == ["millions of $", "Millionen $", "", ""]
    assert drawn["ja"].labels == ("Bank A to Miner",)
