from __future__ import annotations

import json
import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.channels.samples import CANARY, MESSAGES, OPTIONS, make_channel, make_envelope, make_rendered
from tests.make import NOW, make_alert_message, make_told
from watcher.channels.base import Failure, HttpReply, MailCall, MailReply
from watcher.channels.email import EmailOptions
from watcher.core.telling.links import Links
from watcher.core.telling.outbox import delivery_id

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def call(rendered: Any = None, **changes: Any) -> MailCall:
    (made,) = make_channel("email").wire(rendered or make_rendered(), make_envelope(**changes))
    assert isinstance(made, MailCall)
    return made


def sent(rendered: Any = None, **changes: Any) -> EmailMessage:
    """The mail as a receiver reads it."""
    parsed = message_from_bytes(call(rendered, **changes).mail.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_has_its_headers_both_parts_and_nothing_else() -> None:
    mail = sent(make_rendered(text="Gruß, 世界\n", html="<p>Gruß, 世界</p>"))

    assert mail.keys() == HEADERS
    assert mail["From"] == "watcher <watcher@example.org>"
    assert mail["To"] == "ada@example.org"
    assert mail["Message-ID"] == "<msg_0f3a9c@example.org>"
    assert mail["Date"].datetime == NOW
    assert part(mail, "plain") == "Gruß, 世界\n"
    assert part(mail, "html") == "<p>Gruß, 世界</p>\n"


def test_the_message_id_stays_and_only_the_date_moves() -> None:
    first, later = sent(), sent(now=NOW + timedelta(hours=5))

    assert first["Message-ID"] == later["Message-ID"]
    assert first.as_string().replace(first["Date"], "") == later.as_string().replace(later["Date"], "")


def test_an_update_refers_to_the_first_telling() -> None:
    first, update = sent(), sent(delivery="msg_second", thread="msg_0f3a9c")

    assert update["References"].split() == [first["References"], first["Message-ID"]]
    assert update["In-Reply-To"] == first["Message-ID"]
    assert first["In-Reply-To"] is None
    assert update["Message-ID"] != first["Message-ID"]


def test_alerts_on_one_story_are_one_thread_whatever_rule_raised_them() -> None:
    one, other = (make_alert_message(make_told(alert=each, story="s-80d1")) for each in ("a-1", "a-2"))
    apart = make_alert_message(make_told(alert="a-3", story="s-99"))
    first, second, third = (
        sent(make_rendered(message), delivery=f"msg_{n}") for n, message in enumerate((one, other, apart))
    )

    assert first["References"] == second["References"] == "<story.s-80d1@example.org>"
    assert third["References"] == "<story.s-99@example.org>"
    assert sent(make_rendered(MESSAGES["digest"]))["References"] is None


def test_leaving_a_list_takes_one_click_or_a_mail_and_notices_cannot_be_left() -> None:
    links = Links(unsubscribe="https://watch.example.org/u/abc.def?x=1")
    digest, alert, notice = (sent(make_rendered(MESSAGES[each], links=links)) for each in ("digest", "alert", "notice"))

    for mail in (digest, alert):
        assert mail["List-Unsubscribe"] == "<https://watch.example.org/u/abc.def?x=1>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (notice["List-Unsubscribe"], notice["List-Unsubscribe-Post"]) == (None, None)
    assert sent(make_rendered(MESSAGES["digest"]))["List-Unsubscribe"] is None

    (both,) = make_channel("email", unsubscribe="leave@example.org").wire(
        make_rendered(MESSAGES["digest"], links=links), make_envelope()
    )
    assert isinstance(both, MailCall)
    assert both.mail["List-Unsubscribe"] == (
        "<https://watch.example.org/u/abc.def?x=1>, <mailto:leave@example.org?subject=unsubscribe>"
    )


@pytest.mark.parametrize(
    "link", ["http://x.example/u", "https://x.example/u>,<b", "https://x.example/\r\nBcc: a@b", ""]
)
def test_a_link_that_is_no_plain_https_address_is_no_way_to_leave(link: str) -> None:
    assert sent(make_rendered(MESSAGES["digest"], links=Links(unsubscribe=link)))["List-Unsubscribe"] is None


def test_a_message_id_is_the_recipients_own_for_an_issue() -> None:
    ids = {
        sent(make_rendered(MESSAGES["digest"]), delivery=delivery_id("issue:weekly:2026-W06", "team", to))["Message-ID"]
        for to in ("ada@example.org", "bob@example.org", "ada@example.org")
    }

    assert len(ids) == 2


def test_an_odd_delivery_id_is_hashed() -> None:
    assert re.fullmatch(r"<[0-9a-f]{64}@example\.org>", sent(delivery="a b>\r\nBcc: x")["Message-ID"])


def test_a_digest_is_a_list_and_an_alert_is_automatic() -> None:
    digest = sent(make_rendered(MESSAGES["digest"]))

    assert digest["List-Id"] == "<weekly.example.org>"
    assert digest["Auto-Submitted"] is None
    assert sent()["Auto-Submitted"] == "auto-generated"


def test_answers_go_where_the_options_say() -> None:
    (made,) = make_channel("email", reply_to="Desk <desk@example.org>").wire(make_rendered(), make_envelope())

    assert isinstance(made, MailCall)
    assert made.mail["Reply-To"] == "Desk <desk@example.org>"


def test_every_recipient_has_a_delivery_and_sees_nobody_else() -> None:
    channel = make_channel("email", to=["ada@example.org", "Bob <bob@example.org>", "ada@example.org"])

    assert channel.recipients() == ("ada@example.org", "bob@example.org")
    for recipient in channel.recipients():
        (made,) = channel.wire(make_rendered(), make_envelope(recipient=recipient))
        assert isinstance(made, MailCall)
        assert made.recipient == recipient
        assert set(re.findall(r"(?:ada|bob)@", made.mail.as_string())) == {recipient.split("@")[0] + "@"}


def test_no_title_of_the_set_adds_a_header(shared: Path) -> None:
    for row in json.loads((shared / "hostile" / "header_injection.json").read_text(encoding="utf-8")):
        value = row["value"]
        made = call(make_rendered(subject=value, text=value, html=f"<p>{value}</p>"), thread=value)
        data = made.mail.as_bytes()
        for policy in (default, default.clone(max_line_length=0)):
            mail = message_from_bytes(data, policy=policy)
            assert [key for key in mail if key != "In-Reply-To"] == HEADERS, value
            assert len(mail.get_all("Subject", [])) == 1
        assert made.recipient == "ada@example.org"
        assert all(len(line) <= 998 for line in data.split(b"\r\n"))
        assert b"\n" not in data.replace(b"\r\n", b"")
        data.decode("ascii")
        head = data.partition(b"\r\n\r\n")[0].decode()
        assert not re.search(r"(?im)^(bcc|cc|to: evil)", head)
        assert "evil" not in mail["To"]


@pytest.mark.parametrize("length", range(50, 79))
def test_a_plain_subject_of_any_length_is_sent_whole(length: int) -> None:
    subject = "[notice] Inspectorate issues the final mining permit for the Korsvik antimony project"[:length].strip()

    assert str(sent(make_rendered(subject=subject))["Subject"]).strip() == subject


@pytest.mark.parametrize("length", range(40, 79))
def test_a_subject_that_was_cut_keeps_its_dots_and_blanks(length: int) -> None:
    subject = (
        "Notice: Inspectorate issues the final mining permit for the Korsvik antimony project"[:length].strip() + "…"
    )

    assert str(sent(make_rendered(subject=subject))["Subject"]) == subject


@settings(deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_no_subject_at_all_adds_a_header(subject: str) -> None:
    data = call(make_rendered(subject=subject, text=subject)).mail.as_bytes()

    head, _, _ = data.partition(b"\r\n\r\n")
    assert re.findall(rb"(?m)^([A-Za-z-]+):", head) == [name.encode() for name in HEADERS]
    assert message_from_bytes(data, policy=default).keys() == HEADERS


def test_long_lines_are_folded() -> None:
    data = call(make_rendered(text="x" * 5000 + "\n", html="<p>" + "世" * 5000 + "</p>")).mail.as_bytes()

    assert all(len(line) <= 998 for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    ("code", "stage", "result"),
    [
        (250, "data", "sent"),
        (250, "rcpt", "retry"),
        (421, "connect", "retry"),
        (421, "mail", "retry"),
        (450, "rcpt", "retry"),
        (451, "rcpt", "retry"),
        (452, "data", "retry"),
        (454, "auth", "retry"),
        (454, "starttls", "retry"),
        (535, "auth", "pause"),
        (501, "auth", "pause"),
        (0, "auth", "pause"),
        (530, "mail", "pause"),
        (0, "starttls", "pause"),
        (502, "starttls", "pause"),
        (554, "connect", "pause"),
        (553, "mail", "pause"),
        (552, "mail", "dead"),
        (550, "rcpt", "dead"),
        (552, "data", "dead"),
        (554, "data", "dead"),
        (-1, "data", "retry"),
    ],
)
def test_what_an_answer_means(code: int, stage: str, result: str) -> None:
    outcome = make_channel("email").judge(MailReply(code=code, text="4.7.1 said\r\nso", stage=stage))

    assert outcome.result == result
    assert "\n" not in outcome.reason


def test_later_is_told_from_a_network_that_failed() -> None:
    channel = make_channel("email")

    assert channel.judge(MailReply(code=451, text="later", stage="rcpt")).answer == "451 later"
    failed = channel.judge(Failure(kind="network", text="cut", sent=True))
    assert (failed.answer, failed.possible_duplicate) == ("", True)
    assert channel.judge(HttpReply(status=200, headers=(), body=b"ok")).result == "retry"


def test_what_a_server_lacks_is_said_without_a_code_of_ours() -> None:
    outcome = make_channel("email").judge(
        MailReply(code=0, text="the server does not offer STARTTLS", stage="starttls")
    )

    assert outcome.reason == "no safe connection to the mail server: the server does not offer STARTTLS"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"from": "nobody"}, "not a mail address"),
        ({"from": "a@b.example\nBcc: c@d.example"}, "not a mail address"),
        ({"to": ["a@b c.example"]}, "not a mail address"),
        ({"to": ["ü@example.org"]}, "not a mail address"),
        ({"to": ["a@" + "x" * 70 + ".example"]}, "not a mail address"),
        (
            {"smtp": {"host": "mx.example", "security": "none", "username": "u", "password": CANARY}},
            "a password needs security",
        ),
        ({"smtp": {"host": "mx.example", "password": CANARY}}, "username and password go together"),
        ({"smtp": {"host": "mx.example", "port": 0}}, "greater than or equal to 1"),
    ],
)
def test_unfit_options_are_refused_without_a_secret(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        EmailOptions.model_validate(OPTIONS["email"] | changes)

    assert says in str(caught.value)
    assert CANARY not in str(caught.value)


def test_the_port_follows_the_security_and_hosts_are_ascii() -> None:
    for security, port in (("starttls", 587), ("tls", 465), ("none", 25)):
        channel = make_channel("email", smtp={"host": "mx.example", "security": security}, to=["a@ex\u00e4mple.org"])
        (made,) = channel.wire(make_rendered(html=""), make_envelope(recipient=channel.recipients()[0]))
        assert isinstance(made, MailCall)
        assert (made.port, made.recipient) == (port, "a@xn--exmple-cua.org")
        assert made.mail.get_content_type() == "text/plain"


def raw_head(mail: EmailMessage) -> list[str]:
    """The head as it goes out, by lines."""
    return mail.as_bytes().decode("ascii").split("\r\n\r\n")[0].split("\r\n")


def test_what_programs_read_goes_out_as_it_stands() -> None:
    link = "https://watch.example.org/u/" + "k0." + "Ab_-" * 150
    far = make_channel("email", **{"from": "watcher@" + "long-" * 11 + "domain.example.org"})
    (made,) = far.wire(
        make_rendered(MESSAGES["update"], links=Links(unsubscribe=link)), make_envelope(thread="alert:a-5c19:1")
    )
    assert isinstance(made, MailCall)

    head = raw_head(made.mail)

    assert f"List-Unsubscribe: <{link}>" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert any(line.startswith("In-Reply-To: <") for line in head)
    assert not any("=?" in line for line in head)
    assert max(map(len, head)) <= 998
