"""What strangers write forges nothing: mail heads, Slack, CSV cells, and bidi, look-alike and control characters.

Each value passes the door as a title does, then stands in every message, page, feed and file that goes out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.channels.samples import make_channel, make_envelope
from tests.look.filled import filled
from tests.look.test_safety import TEMPLATES, asking
from watcher.channels.base import HttpCall, MailCall
from watcher.core.telling.messages import AlertMessage, DigestMessage, Message
from watcher.core.text.escapes import csv_safe
from watcher.core.text.plain import scrub
from watcher.render.dates import Event, calendar
from watcher.render.pages import Pages
from watcher.render.renderer import Renderer
from watcher.render.syndication import Feed, Item, atom, json_feed

NOW = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
SETS = {
    "header": ("header_injection.json", "value"),
    "slack": ("slack_injection.json", "value"),
    "spoof": ("unicode_spoof.json", "value"),
    "naughty": ("naughty_strings.json", ""),
}
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")
"""Controls, line breaks that are none, and what turns the direction of text."""
COMMANDS = re.compile(r"<[!@#](?!date\^)")
FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


EVERY = pytest.mark.parametrize("step", [18, pytest.param(1, marks=pytest.mark.slow)], ids=["sample", "whole"])


def values(shared: Path, name: str) -> list[str]:
    file, key = SETS[name]
    rows = json.loads((shared / "hostile" / file).read_text(encoding="utf-8"))
    found = [row[key] if key else row for row in rows]
    return [scrub(each) for each in found]


def messages(value: str) -> tuple[AlertMessage, DigestMessage]:
    return filled(AlertMessage, value), filled(DigestMessage, value)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def mails(renderer: Renderer, value: str) -> Iterator[tuple[bytes, str, str]]:
    """The mail of each kind of message as it is sent, with its text and its HTML."""
    for message in messages(value):
        rendered = renderer.render(message, zone="UTC", recipient="anna@desk.example", channel="team")
        (call,) = make_channel("email").wire(rendered, make_envelope(recipient="anna@desk.example"))
        assert isinstance(call, MailCall)
        yield call.mail.as_bytes(), rendered.text, rendered.html


def slack(renderer: Renderer, message: Message) -> Iterator[str]:
    rendered = renderer.render(message, zone="UTC")
    for call in make_channel("slack").wire(rendered, make_envelope()):
        assert isinstance(call, HttpCall)
        body = json.loads(call.body)
        yield from (text for block in body["blocks"] for text in texts(block))
        yield body["text"]


def texts(node: object) -> Iterator[str]:
    """Every text that Slack would read as markup."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield str(node["text"])
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


@EVERY
def test_no_value_forges_a_mail_head(shared: Path, renderer: Renderer, step: int) -> None:
    plain = [sorted(message_from_bytes(raw).keys()) for raw, _, _ in mails(renderer, "A ban")]
    tried = [*values(shared, "header"), *values(shared, "spoof")][::step]

    for value in tried:
        for (raw, _, _), heads in zip(mails(renderer, value), plain, strict=True):
            mail = message_from_bytes(raw, policy=default)
            assert sorted(mail.keys()) == heads, ascii(value)
            assert mail["To"] == "anna@desk.example"
            assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    report("header", len(tried))


@EVERY
def test_no_value_commands_slack(shared: Path, renderer: Renderer, step: int) -> None:
    tried = [*values(shared, "slack"), *values(shared, "spoof")][::step]

    for value in tried:
        for message in messages(value):
            assert [text for text in slack(renderer, message) if COMMANDS.search(text)] == [], ascii(value)
    report("slack", len(tried))


def test_no_value_is_a_formula(shared: Path) -> None:
    tried = [row["cell"] for row in json.loads((shared / "hostile" / "csv_formula.json").read_text(encoding="utf-8"))]

    for cell in tried:
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL).writerow([csv_safe(cell)])
        (read,) = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
        assert not read.lstrip(" ").startswith(FORMULA), ascii(cell)
    report("csv", len(tried))


@EVERY
def test_nothing_hidden_goes_out(shared: Path, renderer: Renderer, step: int) -> None:
    pages = Pages(TEMPLATES)
    tried = [*values(shared, "spoof"), *values(shared, "naughty")[::8]][::step]

    for value in tried:
        for out in everything(renderer, pages, value):
            assert not HIDDEN.search(out), ascii(value)
    report("spoofing", len(tried))


def everything(renderer: Renderer, pages: Pages, value: str) -> Iterator[str]:
    alert, issue = messages(value)
    yield from (words for _, *both in mails(renderer, value) for words in both)
    yield from (text for message in (alert, issue) for text in slack(renderer, message))
    yield pages.issue(issue, zone="UTC").html
    yield pages.ask(asking(value)).html
    feed = Feed(
        id="x", title=value, updated=NOW, items=(Item(id="x", title=value, text=value, updated=NOW, published=NOW),)
    )
    yield atom(feed).decode()
    yield "".join(str(each) for each in json.loads(json_feed(feed))["items"][0].values())
    event = Event(id="x", first=date(2026, 2, 6), last=date(2026, 2, 6), title=value, text=value, kind="x", made=NOW, changed=NOW)  # fmt: skip
    yield calendar([event], name=value).decode().replace("\r\n", "\n")


def report(name: str, tried: int) -> None:
    """The figures of a run, for who asks for them with -s."""
    sys.stdout.write(f"S9 {name}: {tried} tried, {tried} clean\n")
