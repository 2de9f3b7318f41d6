from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.sources.make import FETCHED, document
from watcher.core.errors import ParseError
from watcher.core.model import SourceState
from watcher.core.plans import PASSED, UID, VALIDITY, Mailbox
from watcher.sources.following import prepared
from watcher.sources.imap import Imap, ImapOptions
from watcher.sources.mails import linked_entries, mail_entry

STORY = "The ministry will license exports of the metal from the first of May, officials said on Monday."
ROUND_UP = f"""<html><body><h1>Metals this week</h1>
<h2>Gallium exports to be licensed</h2><p>{STORY}</p><p><a href="https://trade.example/gallium">Read more</a></p>
<h2>Antimony smelter reopens</h2><p>{STORY.replace("metal", "ore")}</p>
<p><a href="https://trade.example/unsubscribe">Unsubscribe from all of these newsletters</a></p></body></html>"""


def imap(**options: object) -> Imap:
    return Imap(ImapOptions.model_validate({"host": "mail.example", "user": "desk", "password": "pass", **options}))


def newsletter(*, html: str | None = ROUND_UP, plain: str | None = "In plain.", **headers: str) -> bytes:
    mail = EmailMessage()
    given_ = {"subject": "Metals this week", "from": "Trade News <news@trade.example>", "message_id": "<7@trade>"}
    for name, value in {**given_, "date": "Mon, 2 Mar 2026 09:00:00 +0100", **headers}.items():
        if value:
            mail[name.replace("_", "-")] = value
    if plain is not None:
        mail.set_content(plain)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return bytes(mail)


def test_a_mail_is_an_article_known_by_its_message_id():
    entry = mail_entry(newsletter())

    assert (entry.guid, entry.title, entry.author) == ("7@trade", "Metals this week", "Trade News")
    assert entry.published == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert STORY in entry.content_html
    assert entry.link is None


def test_without_a_message_id_list_date_and_content_name_it():
    first = mail_entry(newsletter(message_id="", list_id="<metals.trade.example>"))
    other = mail_entry(newsletter(message_id="", list_id="<metals.trade.example>", html="<p>Other</p>"))

    assert first.guid.startswith("<metals.trade.example>|Mon, 02 Mar 2026")
    assert first.guid != other.guid


def test_plain_text_serves_where_there_is_no_html():
    entry = mail_entry(newsletter(html=None, plain="First <b>.\n\nSecond & last."))

    assert entry.content_html == "<p>First &lt;b&gt;.</p><p>Second &amp; last.</p>"


def test_attachments_are_left_out():
    mail = EmailMessage()
    mail["subject"] = "Ban"
    mail.set_content("Text.")
    mail.add_attachment(b"CANARY " * 100, maintype="text", subtype="html", filename="a.html")

    assert mail_entry(bytes(mail)).content_html == "<p>Text.</p>"


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (b"Subject: =?utf-8?b?6Zuj?=\r\nFrom: a@b\r\n\r\nx", "難"),
        (b"Subject: =?gb2312?b?0KHQ0A==?= news\r\n\r\nx", "小行 news"),
        (b"Subject: =?nowhere?q?caf=E9?=\r\n\r\nx", "caf"),
        (b"Subject: =?utf-8?b?%%%?=\r\n\r\nx", "=?utf-8?b?%%%?="),
        ("Subject: Verbot für Gallium\r\n\r\nx".encode(), "Verbot für Gallium"),
        ("Subject: Verbot für Gallium\r\n\r\nx".encode("latin-1"), "Verbot für Gallium"),
        (b"Subject: a\r\n b\r\n\r\nx", "a b"),
        (b"From: Desk <d@x.example>\r\n\r\nx", "Desk"),
    ],
)
def test_headers_of_all_sorts_are_read_as_far_as_they_go(raw, title):
    assert mail_entry(raw).title.startswith(title)


def test_a_text_in_the_charset_of_its_country_or_of_none():
    gbk = b"Subject: a\r\nContent-Type: text/plain; charset=gbk\r\n\r\n" + "出口禁令".encode("gbk")
    lying = b"Subject: a\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n" + "Verbot für".encode()

    assert mail_entry(gbk).content_html == "<p>出口禁令</p>"
    assert mail_entry(lying).content_html == "<p>Verbot für</p>"


def test_a_date_that_is_none_is_a_doubt():
    assert mail_entry(newsletter(date="")).published is None
    odd = mail_entry(newsletter().replace(b"Mon, 02 Mar 2026 09:00:00 +0100", b"yesterday"))
    assert (odd.published, odd.flags) == (None, ("unreadable_date",))


def test_what_is_no_mail_is_a_parse_error():
    with pytest.raises(ParseError, match="neither subject, sender nor date"):
        mail_entry(b"<html>not a mail</html>")


@given(st.binary(max_size=400))
def test_no_bytes_break_it(body):
    try:
        entry = mail_entry(b"Subject: a\r\n" + body)
    except ParseError:
        return
    assert entry.title or entry.content_html or entry.guid


def test_deep_nesting_is_no_crash():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000))

    with pytest.raises(ParseError, match="RecursionError"):
        mail_entry(b"Subject: a\r\n" + deep)


def test_a_round_up_is_split_by_its_headings():
    kind = imap(split="headings")
    parsed = kind.parse(document(newsletter()), SourceState())

    stories = list(prepared(parsed.entries, kind.options))

    assert [story.title for story in stories] == ["Gallium exports to be licensed", "Antimony smelter reopens"]
    assert [story.guid.partition("#")[0] for story in stories] == ["7@trade", "7@trade"]
    assert stories[0].link == "https://trade.example/gallium"
    assert {story.published for story in stories} == {datetime(2026, 3, 2, 8, 0, tzinfo=UTC)}


def test_a_round_up_in_plain_text_is_split_too():
    kind = imap(split="headings")
    text = f"GALLIUM EXPORTS TO BE LICENSED\n\n{STORY}\n\nANTIMONY SMELTER REOPENS\n\n{STORY.replace('metal', 'ore')}\n"
    parsed = kind.parse(document(newsletter(html=None, plain=text)), SourceState())

    assert len(list(prepared(parsed.entries, kind.options))) == 2


def test_links_are_stories_where_their_words_are_headlines():
    html = (
        '<a href="https://t.example/1">Gallium exports to be licensed from May</a><a href="/x">More</a>'
        '<a href="javascript:alert(1)">Gallium exports to be licensed from May</a>'
        '<a href="https://t.example/1"><img></a><a href="https://t.example/u">Unsubscribe from this newsletter</a>'
    )
    entries = linked_entries(mail_entry(newsletter(html=html)))

    assert [(each.title, each.link) for each in entries] == [
        ("Gallium exports to be licensed from May", "https://t.example/1")
    ]
    assert entries[0].guid.startswith("7@trade#")
    assert linked_entries(mail_entry(newsletter(html="<p>No link</p>")))[0].title == "Metals this week"


def test_the_cursor_is_the_place_in_the_mailbox():
    kind = imap()
    reply = document(newsletter(), **{UID.replace("-", "_"): "7", VALIDITY.replace("-", "_"): "3"})
    parsed = kind.parse(reply, SourceState(cursor={"validity": 3, "uid": 9}))
    anew = kind.parse(reply, SourceState(cursor={"validity": 2, "uid": 9}))

    assert (parsed.cursor, anew.cursor) == ({"validity": 3, "uid": 9}, {"validity": 3, "uid": 7})


def test_the_plan_says_where_and_whom():
    kind = imap(**{"from": "*@trade.example", "mailbox": "News", "idle": True, "security": "starttls"})

    plan = kind.plan(SourceState(cursor={"validity": 3, "uid": 9}), FETCHED)

    assert plan == Mailbox(
        host="mail.example",
        port=143,
        security="starttls",
        user="desk",
        password="pass",
        folder="News",
        senders=("*@trade.example",),
        validity=3,
        after_uid=9,
        idle=True,
    )
    assert "pass" not in repr(plan)
    again = ImapOptions.model_validate_json(kind.options.model_dump_json())
    assert (again.from_, again.password.get_secret_value()) == (("*@trade.example",), "**********")


def test_a_token_takes_the_place_of_a_password():
    options = {"host": "mail.example", "user": "desk"}

    plan = Imap(ImapOptions(**options, token_file="/run/token")).plan(SourceState(), FETCHED)

    assert (plan.token_file, plan.password) == ("/run/token", "")
    for wrong in ({}, {"password": "pass", "token_file": "/run/token"}, {"token_file": "run/token"}):
        with pytest.raises(ValidationError, match=r"either password or token_file|pattern"):
            ImapOptions.model_validate(options | wrong)


def test_what_was_passed_over_moves_the_cursor_alone():
    reply = replace(document(b"", **{UID.replace("-", "_"): "7", VALIDITY.replace("-", "_"): "3"}), step=PASSED)

    parsed = imap().parse(reply, SourceState())

    assert (parsed.entries, parsed.cursor) == ((), {"validity": 3, "uid": 7})
