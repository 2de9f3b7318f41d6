from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.make import (
    NOW,
    make_alert_message,
    make_digest_message,
    make_digest_story,
    make_notice_message,
    make_quote,
    make_told,
)
from watcher.core.model import Severity
from watcher.core.telling.messages import DigestMessage, DigestSection, Message
from watcher.render import overrides
from watcher.render.links import link_of
from watcher.render.overrides import check_templates, render_apart
from watcher.render.renderer import Renderer
from watcher.render.worker import answer
from watcher.render.wrapping import display_width, shorten, wrap

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
MAIL_BYTES = 80_000


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def words(renderer: Renderer, message: Message, **reader: str):
    return renderer.render(message, **{"zone": "Europe/Berlin", "recipient": "a@desk.example", **reader})


def issue_of(number: int, **changes) -> DigestMessage:
    stories = tuple(
        make_digest_story(
            place,
            headline=f"Story number {place} tells of a licence for the export of antimony ore to a far away buyer",
        )
        for place in range(1, number + 1)
    )
    sections = (DigestSection(topic="export_control", title="Export controls", stories=stories),)
    return make_digest_message(**{"sections": sections, "brief": (), "updates": (), **changes})


def in_order(text: str, *pieces: str) -> bool:
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        assert found >= 0, f"missing or out of order: {piece}"
        at = found + len(piece)
    return True


def body(page: str) -> str:
    return page.split('role="article"')[1].split(">", 1)[1]


# --- what an alert says


@pytest.mark.parametrize("part", ["text", "html"])
def test_an_alert_says_everything_in_its_order(renderer: Renderer, part: str) -> None:
    said = getattr(words(renderer, make_alert_message()), part)

    assert in_order(
        said if part == "text" else body(said),
        "URGENT" if part == "text" else "■ Urgent",
        "Ostrava Magnetics is said to have stopped",
        "Not confirmed.",
        "(trade press)",
        "23:22",
        "first seen 23:31",
        "*stopped making*" if part == "text" else ">stopped making</span>",
        "Supply stop at an organisation on your list",
        "words: stopped making",
        "https://oremetal.example/news/ostrava-samarium",
        "a-5c19",
        "watcher why r-2b7f --rule suppliers",
    )


def test_an_update_says_what_is_new_first(renderer: Renderer) -> None:
    told = make_told(change="updated", news=("status: in force",), status="in_force")

    said = words(renderer, make_alert_message(told))

    assert said.text.startswith("NEW: status: in force\n")
    assert in_order(
        body(said.html), "<b>New:</b> status: in force", "■ Urgent", "<b>Update</b>", "Ostrava Magnetics is said"
    )
    assert said.subject.startswith("Update, urgent: ")


def test_matched_words_are_marked_in_both_parts(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message())

    assert "*stopped making* *samarium-cobalt*" in said.text
    marks = [node.text() for node in LexborHTMLParser(said.html).css("span.mk")]
    assert marks == ["stopped making", "samarium-cobalt"]


def test_a_mark_that_does_not_fit_is_left_out_and_the_quote_stays_whole(renderer: Renderer) -> None:
    quote = make_quote("Short words.", (), marks=((0, 5), (3, 8), (9, 400)))

    said = words(renderer, make_alert_message(make_told(quotes=(quote,))))

    assert "> *Short* words." in said.text


def test_what_is_unknown_is_said_to_be_unknown(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(published=None, publisher="", link=None, flags=("undated",))))

    assert "Stated unknown · first seen Fri 23:31" in said.text
    assert "publisher unknown" in said.text
    assert "gave no link" in said.text
    assert "Mind: undated." in said.text


def test_times_are_the_readers_and_the_zone_is_named_once(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(), make_told(alert="a-2")), zone="America/New_York")

    assert said.text.count("Stated Fri 17:22 · first seen 17:31") == 2
    assert said.text.count("America/New_York") == 1
    assert said.html.count("America/New_York") == 1


def test_an_old_date_is_written_out_with_its_year(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(published=NOW.replace(year=2025, month=11, day=10))))

    assert "Stated 10 Nov 2025 23:31 · first seen Fri 23:31" in said.text


def test_several_alerts_come_in_one_message(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(), make_told(alert="a-2", severity=Severity.NOTICE)))

    assert said.text.startswith("2 ALERTS, ROUTE COMPLIANCE")
    assert said.subject.endswith(" · 1 more")
    assert len(said.subject) <= 78
    assert "Alert a-2" in said.text


@pytest.mark.parametrize("many", [2, 40, pytest.param(600, marks=pytest.mark.slow)])
def test_a_message_of_many_alerts_lists_the_last_ones_and_leaves_none_out(renderer: Renderer, many: int) -> None:
    message = make_alert_message(
        *(make_told(alert=f"a-{number:04d}", change="updated", news=(f"news {number}",)) for number in range(many))
    )

    said = words(renderer, message)

    everyone = [f"a-{number:04d}" for number in range(many)]
    assert re.findall(r"[Aa]lert\s+(a-\d{4})", said.text) == everyone
    assert re.findall(r"[Aa]lert (a-\d{4})", said.html) == everyone
    assert said.text.count("NEW: news") == said.html.count("<b>New:</b> news") == many
    assert mail_bytes(said) <= MAIL_BYTES or many == 600


def test_a_withdrawn_alert_says_so(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(change="retracted", news=("the match is gone",))))

    assert "WITHDRAWN, URGENT: Ostrava" in said.text
    assert said.subject.startswith("Withdrawn, urgent: ")


def test_pages_are_linked_only_when_they_are_published(renderer: Renderer) -> None:
    without, with_pages = (
        words(renderer, make_alert_message(), **reader) for reader in ({}, {"public_url": "https://watch.example/"})
    )

    assert "watch.example" not in without.html + without.text
    assert 'href="https://watch.example/s/s-80d1"' in with_pages.html


def test_a_headline_of_many_lines_is_one_line(renderer: Renderer) -> None:
    said = words(renderer, make_alert_message(make_told(headline="One\r\n\r\n-- \nBcc: two\u2028three")))

    assert "\n" not in said.subject
    assert "URGENT: One -- Bcc: two three\n" in said.text


# --- what an issue says


def test_an_issue_has_its_parts_in_order(renderer: Renderer) -> None:
    said = words(renderer, make_digest_message())

    assert in_order(
        said.text,
        "THE WEEK IN CRITICAL MINERALS\nIssue 6 · Saturday 7 February 2026\n",
        "31 January to 7 February 2026. Eight stories from 11 articles, 1 update",
        "\nIN ONE MINUTE\n",
        "\nEXPORT CONTROL\n",
        "\n1. Ministry licenses exports of antimony ore from port 1\n   [URGENT] [ANNOUNCED]\n",
        "Why it matters to you: rule “Export controls on your materials”",
        "4 articles, Fri 16:19 to 22:31 · Ore & Metal Daily (trade press)",
        "also Kyodo Wire (wire)",
        "\n   https://oremetal.example/news/1\n",
        "\nGOVERNMENT FUNDING\n",
        "\nIN BRIEF\n",
        "\nUPDATES TO EARLIER STORIES\n",
        "\n* a second ministry names the same date, 10 November [SUSPENDED]\n",
        "(issue 5)",
        "\nQUIET SOURCES\n",
        "The other 38 answered as usual.",
        "\n-- \nYou get this on Saturdays at 08:00, Europe/Berlin, as a@desk.example.\n",
    )
    for head in ("In one minute", "Export control", "In brief", "Updates to earlier stories", "Quiet sources"):
        assert f">{head}</h2>" in said.html


def test_the_subject_is_the_top_story_and_the_count(renderer: Renderer) -> None:
    said = words(renderer, make_digest_message())

    assert said.subject == "Weekly: Ministry licenses exports of… · 8 stories"
    assert len(said.subject) <= 50
    hidden = LexborHTMLParser(said.html).css_first("div.pre").text()
    assert "Ministry licenses" not in hidden
    assert hidden.startswith("The week in critical minerals, 商务部公布")


@pytest.mark.parametrize(
    ("title", "period", "begins"),
    [
        ("Daily alerts", "2026-02-07", "Daily alerts: Ministry "),
        ("Critical minerals today", "2026-02-07", "Daily: Ministry "),
        ("Critical minerals, the month", "2026-02", "Monthly: Ministry "),
    ],
)
def test_a_subject_tells_one_round_up_from_another(renderer: Renderer, title: str, period: str, begins: str) -> None:
    said = words(renderer, make_digest_message(title=title, period=period))

    assert said.subject.startswith(begins)
    assert said.subject.endswith(" · 8 stories")
    assert len(said.subject) <= 50


def test_an_empty_week_says_what_was_looked_at(renderer: Renderer) -> None:
    empty = make_digest_message(
        sections=(),
        brief=(),
        updates=(),
        quiet=(),
        sources_answered=41,
        articles_read=12,
        covers=("2026-W04", "2026-W05"),
    )

    said = words(renderer, empty)

    text = "Nothing new that your rules look for. 41 sources answered, 12 articles were read, none matched."
    assert text in " ".join(said.text.split())
    assert text in said.html
    assert "covers what was missed: 2026-W04, 2026-W05." in said.text
    assert said.subject == "The week in critical minerals: nothing new"


def test_an_earlier_issue_of_another_year_is_named_with_it(renderer: Renderer) -> None:
    update = make_digest_story(1, news=("new date",), told_before="2025-W45")

    said = words(renderer, make_digest_message(updates=(update,)))

    assert "(issue 45 of 2025)" in " ".join(said.text.split())


def mail_bytes(said) -> int:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = said.subject
    mail.set_content(said.text)
    mail.add_alternative(said.html, subtype="html")
    return len(mail.as_bytes())


@pytest.mark.parametrize(
    ("stories", "in_brief"), [(8, 12), (30, 30), (60, 400), pytest.param(1, 1500, marks=pytest.mark.slow)]
)
def test_an_issue_of_any_length_is_a_mail_of_80_kb_that_counts_what_it_leaves_out(
    renderer: Renderer, stories: int, in_brief: int
) -> None:
    message = issue_of(stories, brief=issue_of(in_brief).sections[0].stories)

    said = words(renderer, message)

    told = len(re.findall(r"^(?:\d+\. |\* )Story", said.text, re.MULTILINE))
    left = re.search(r"and (\d+) more in brief", said.text)
    assert told + (int(left[1]) if left else 0) == stories + in_brief
    assert mail_bytes(said) <= MAIL_BYTES
    assert mail_bytes(said) > 60_000 or left is None
    assert said == words(renderer, message)
    assert f"{stories + in_brief:,} stories" in said.text


def test_a_long_issue_in_chinese_fits_as_well(renderer: Renderer) -> None:
    story = make_digest_story(
        1,
        headline="商务部公布稀土出口许可新程序" * 3,
        sentences=("稀土出口许可新程序三月一日起施行。" * 8,),
        language="zh",
    )
    message = make_digest_message(sections=(DigestSection(topic="x", title="稀土", stories=(story,) * 90),))

    assert mail_bytes(words(renderer, message)) <= MAIL_BYTES


def test_a_text_part_keeps_to_72_columns(renderer: Renderer) -> None:
    chinese = make_quote("商务部公布稀土出口许可新程序，" * 9, (), language="zh")
    messages = (make_digest_message(), make_notice_message(), make_alert_message(make_told(quotes=(chinese,))))

    lines = [line for message in messages for line in words(renderer, message).text.splitlines()]

    assert [line for line in lines if display_width(line) > 72 and "://" not in line] == []


def test_a_notice_says_what_failed_what_it_means_and_what_to_do(renderer: Renderer) -> None:
    said = words(renderer, make_notice_message())

    flat = " ".join(said.text.split())
    assert in_order(flat, "Source mofcom does not answer", "Six polls", "Alerts from it wait", "Look at", "Fri 23:31")
    assert in_order(said.html, "Six polls", "Alerts from it wait", "Look at https://mofcom.example/")


# --- hostile words


@pytest.mark.parametrize("message", [make_alert_message(), make_digest_message(), make_notice_message()])
def test_a_mail_asks_nothing_of_the_network_and_runs_nothing(renderer: Renderer, message: Message) -> None:
    said = words(renderer, message, public_url="https://watch.example")

    tree = LexborHTMLParser(said.html)
    assert tree.css("img, script, iframe, link, object, form, svg, base") == []
    assert "url(" not in said.html
    assert "@import" not in said.html
    for node in tree.css("a"):
        assert node.attributes["href"].startswith("https://")
        assert node.attributes["rel"] == "noopener noreferrer"
    article = tree.css_first('[role="article"]')
    assert article is not None
    assert (article.attributes["lang"], article.attributes["dir"]) == ("en", "ltr")
    assert len(tree.css("style")) == 1
    assert "prefers-color-scheme:dark" in tree.css_first("style[data-embed]").text()


@pytest.mark.parametrize(
    ("name", "nth"),
    [
        ("xss_dompurify", 3),
        pytest.param("xss_dompurify", 1, marks=pytest.mark.slow),
        pytest.param("xss_payloadbox", 1, marks=pytest.mark.slow),
    ],
)
def test_no_payload_runs_from_a_title_a_quote_or_a_link(renderer: Renderer, shared: Path, name: str, nth: int) -> None:
    payloads = json.loads((shared / "hostile" / f"{name}.json").read_text(encoding="utf-8"))
    payloads = [str(payload) for payload in payloads][::nth]
    assert len(payloads) > 20

    for at in range(0, len(payloads), 12):
        some = payloads[at : at + 12]
        alerts = words(renderer, make_alert_message(*(hostile_alert(payload) for payload in some)))
        issue = words(renderer, hostile_issue(some))
        for said in (alerts, issue):
            check_harmless(said.html)


def hostile_alert(payload: str):
    quote = make_quote(payload, (), marks=((0, max(1, len(payload) // 2)),), language=payload, zone=payload)
    return make_told(
        headline=payload,
        publisher=payload,
        host=payload,
        link=payload,
        quotes=(quote,),
        rule_title=payload,
        why=(payload,),
        news=(payload,),
        flags=(payload,),
        summary=(payload,),
        status=payload,
        language=payload,
        event_type=payload,
        alert=payload,
        change="updated",
    )


def hostile_issue(payloads: list[str]) -> DigestMessage:
    stories = tuple(
        make_digest_story(
            headline=payload,
            sentences=(payload,),
            publisher=payload,
            link=payload,
            status=payload,
            why=(payload,),
            also=((payload, payload),),
            rules=(payload,),
            news=(payload,),
            told_before=payload,
            language=payload,
        )
        for payload in payloads
    )
    section = DigestSection(topic="x", title=payloads[0], stories=stories)
    return make_digest_message(title=payloads[0], sections=(section,), brief=stories, updates=stories)


def check_harmless(page: str) -> None:
    tree = LexborHTMLParser(page)
    assert (
        tree.css("script, img, svg, math, iframe, object, embed, form, input, video, audio, base, link, noscript") == []
    )
    for node in tree.css("*"):
        attributes = node.attributes
        assert [
            name for name in attributes if name.startswith("on") or name in {"srcdoc", "formaction", "xlink:href"}
        ] == []
        href = attributes.get("href")
        assert href is None or re.match(r"https?://", href)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//host.example/x",
        "/path",
        "https://user:secret@host.example/",
        "https://host.example\\@evil.example/",
        'https://host.example/"onclick="x',
        "https://host.example/ x",
        "https:///x",
        "https://host.example:port/",
        "https://[::1",
        "ftp://host.example/",
        "https://host.example/" + "a" * 3000,
        "",
        None,
    ],
)
def test_what_is_no_plain_web_address_is_no_link(url: str | None) -> None:
    assert link_of(url) is None


def test_a_look_alike_host_shows_itself() -> None:
    link = link_of("https://www.арple.example/x?a=1&b='2'")

    assert link is not None
    assert link.host.startswith("xn--")
    assert link_of("HTTPS://www.Host.example:8443/x") is not None


# --- the user's own templates


def own(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name.replace('__', '.')}.j2").write_text(source, encoding="utf-8")
    return folder


def test_a_users_template_words_the_message(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        alert__txt="{% for alert in alerts %}{{ alert.headline | upper }} {{ alert.link.url }}\n{% endfor %}",
        alert__html='{% from "parts.html.j2" import chip %}<style>.x{color:red}</style><p class="x">{{ alerts[0].headline }}</p>{{ chip(alerts[0].chip) }}',
    )
    renderer = Renderer(TEMPLATES, folder)

    said = words(renderer, make_alert_message(make_told(headline="<b>Ban</b>")))

    assert said.fallback == ""
    assert said.text == "<B>BAN</B> https://oremetal.example/news/ostrava-samarium?ref=rss&page=1\n"
    assert "&lt;b&gt;Ban&lt;/b&gt;" in said.html
    assert 'style="color: red;"' in said.html
    assert renderer.problems() == ()
    assert words(renderer, make_notice_message()).text == words(Renderer(TEMPLATES), make_notice_message()).text


def test_a_template_that_does_not_compile_is_a_problem_with_its_line_and_the_built_in_one_serves(
    tmp_path: Path,
) -> None:
    renderer = Renderer(TEMPLATES, own(tmp_path, alert__txt="first\n{% if %}\n"))

    said = words(renderer, make_alert_message())
    (problem,) = renderer.problems()

    assert (Path(problem.file).name, problem.line, problem.level) == ("alert.txt.j2", 2, "error")
    assert said.text == words(Renderer(TEMPLATES), make_alert_message()).text
    assert said.fallback.startswith("template failed: alert.txt.j2:2: ")


def test_a_template_that_names_what_is_not_there_falls_back(tmp_path: Path) -> None:
    said = words(Renderer(TEMPLATES, own(tmp_path, notice__txt="{{ secrets }}")), make_notice_message())

    assert "'secrets' is undefined" in said.fallback
    assert said.text.startswith("Source mofcom does not answer")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("alert__txt", "fine\n{{ nosuch.x }}"),
        ("digest__html", "fine\n{{ 7 | nosuch }}"),
        ("notice__txt", "fine\n{% include 'nosuch.j2' %}"),
    ],
)
def test_a_template_is_tried_on_a_sample_before_there_is_a_message(tmp_path: Path, name: str, source: str) -> None:
    (problem,) = Renderer(TEMPLATES, own(tmp_path, **{name: source})).problems()

    assert (problem.code, problem.line) == ("T007" if name == "alert__txt" else "T003", 2)
    assert "nosuch" in problem.text


def test_each_slip_in_a_name_is_told_at_its_place_with_what_was_meant(tmp_path: Path) -> None:
    source = (
        "{% set mine = 1 %}{% macro line(said) %}{{ said }}{% endmacro %}\n"
        "{{ mine }}{{ line(2) }}{% if nothing is defined %}{{ nothing }}{% endif %}\n"
        "{% for alert in alerts %}{{ loop.index }}{% endfor %} {{ alrets }} {% if false %}{{ had }}{% endif %}\n"
    )

    problems = Renderer(TEMPLATES, own(tmp_path, alert__txt=source)).problems()

    assert [(problem.code, problem.line, problem.column, problem.text) for problem in problems] == [
        ("T007", 3, 58, '"alrets" is in no such message, did you mean "alerts"?'),
        ("T007", 3, 85, '"had" is in no such message, did you mean "head"?'),
    ]


def test_a_slip_behind_a_dot_is_told_at_its_place_too(tmp_path: Path) -> None:
    source = "{% for alert in alerts %}\n  {{ alert.headlin }}\n{% endfor %}"

    (problem,) = Renderer(TEMPLATES, own(tmp_path, alert__txt=source)).problems()

    assert (problem.code, problem.line, problem.column) == ("T003", 2, 12)
    assert problem.text == 'UndefinedError: "headlin" is unknown here, did you mean "headline"?'


def test_a_copy_of_every_built_in_template_passes_its_trial(tmp_path: Path) -> None:
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    assert Renderer(TEMPLATES, tmp_path).problems() == ()


def test_a_template_must_lie_in_its_folder_and_have_a_plain_name(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("the secret", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "alert.txt.j2").symlink_to(outside)
    own(folder, **{"Not Plain__txt": "x", "notice__txt": "{% include '../secret.txt' %}"})
    (folder / "readme.md").write_text("not a template", encoding="utf-8")

    said = words(Renderer(TEMPLATES, folder), make_alert_message())
    problems = check_templates(folder, {}, {})

    assert "the secret" not in said.text
    assert "T002" in said.fallback
    assert [problem.code for problem in problems] == ["T001", "T002"]
    assert "template failed" in words(Renderer(TEMPLATES, folder), make_notice_message()).fallback


def test_a_missing_folder_holds_no_templates(tmp_path: Path) -> None:
    assert Renderer(TEMPLATES, tmp_path / "none").problems() == ()


def hostile_templates() -> list[dict[str, object]]:
    path = Path(__file__).resolve().parents[2] / "shared" / "hostile" / "jinja_hostile.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


@pytest.mark.parametrize("row", hostile_templates(), ids=lambda row: str(row["name"]))
def test_a_hostile_template_costs_two_seconds_and_the_built_in_one_is_sent(
    row: dict[str, object], tmp_path: Path, shared: Path
) -> None:
    source = row["template"]
    if source is None:
        repeat = row["repeat_spec"]
        source = (repeat["unit"] * (repeat["len"] // len(repeat["unit"]) + 1))[: repeat["len"]]
    renderer = Renderer(TEMPLATES, own(tmp_path, alert__txt=str(source)))
    begin = time.monotonic()

    said = words(renderer, make_alert_message())

    assert time.monotonic() - begin < overrides.WALL_S + 2  # its process has to start, too
    assert said.fallback
    assert said.text == words(Renderer(TEMPLATES), make_alert_message()).text


@pytest.mark.parametrize(
    "source",
    [
        "{{ lipsum() }}",
        "{{ range(3) | list }}",
        "{{ 'x' | format }}",
        "{{ 2 ** 3 }}",
    ],
)
def test_what_no_message_needs_is_not_there(tmp_path: Path, source: str) -> None:
    assert words(Renderer(TEMPLATES, own(tmp_path, notice__txt=source)), make_notice_message()).fallback


def test_a_template_that_is_too_slow_again_and_again_is_not_tried_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overrides, "WALL_S", 0.0)
    folder = own(tmp_path, notice__txt="{{ title }}", alert__txt="{{ nosuch }}")
    renderer = Renderer(TEMPLATES, folder)

    slow = [words(renderer, make_notice_message()).fallback for _ in range(4)]

    assert ["more than" in each for each in slow] == [True, True, True, False]
    assert "too slow 3 times; not tried again before a reload" in slow[3]
    monkeypatch.undo()
    assert "undefined" in words(renderer, make_alert_message()).fallback
    assert "not tried again" in words(renderer, make_notice_message()).fallback
    assert words(Renderer(TEMPLATES, folder), make_notice_message()).fallback == ""


def test_an_issue_to_the_next_reader_is_folded_as_far(monkeypatch: pytest.MonkeyPatch) -> None:
    stories = tuple(make_digest_story(n, story=f"s-{n}", headline=f"Headline {n} " + "word " * 30) for n in range(150))
    message = make_digest_message(
        sections=(DigestSection(topic="x", title="X", stories=stories),), brief=(), updates=()
    )
    renderer, made = Renderer(TEMPLATES), []
    built_in = renderer._built_in
    monkeypatch.setattr(
        renderer, "_built_in", lambda kind, view, words: made.append(kind) or built_in(kind, view, words)
    )

    first = words(renderer, message)
    tries = len(made)
    again = words(renderer, message)

    assert (again.text, again.html) == (first.text, first.html)
    assert (len(made) - tries, tries > 5) == (2, True)


def test_a_template_has_256_mb(tmp_path: Path) -> None:
    renderer = Renderer(TEMPLATES, own(tmp_path, notice__txt="{{ ('a' * 300000000) | length }}"))

    assert words(renderer, make_notice_message()).fallback == (
        "template failed: notice.txt.j2: it asks for too much (MemoryError)"
    )


def test_the_process_of_a_users_template_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'SLACK_URL' in os.environ: sys.exit('it knows')\n", encoding="utf-8"
    )
    monkeypatch.setenv("SLACK_URL", "https://hooks.example/secret")
    monkeypatch.syspath_prepend(str(tmp_path))

    said = words(Renderer(TEMPLATES, own(tmp_path, notice__txt="{{ title }}")), make_notice_message())

    assert (said.text, said.fallback) == ("Source mofcom does not answer", "")


def test_more_than_a_megabyte_falls_back(tmp_path: Path) -> None:
    source = "{% for a in alerts[0].headline %}{% for b in alerts[0].headline %}{{ alerts[0] }}{% endfor %}{% endfor %}"

    said = words(Renderer(TEMPLATES, own(tmp_path, alert__txt=source)), make_alert_message())

    assert "more than 1,000,000 bytes" in said.fallback


# --- plain text


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("alert.txt.j2", '{{ "\\ud800" }} {{ head.subject }}', "U+D800"),
        ("alert.txt.j2", 'x {{ "\\x00" }}', "U+0000"),
        ("alert.txt.j2", "{# all of it was taken out #}\n", "an empty message"),
        ("alert.html.j2", "", "an empty message"),
        ("alert.html.j2", "<style>p {color: red}</style><!-- none --><p>&nbsp;</p>", "an empty message"),
    ],
)
def test_what_nobody_can_be_sent_is_a_fault_of_its_template(name: str, source: str, why: str) -> None:
    reply = answer({"sources": {name: source}, "names": [name], "view": {"head": {"subject": "a ban"}}})

    assert why in reply["failed"]
    assert reply["name"] == name


def test_a_page_of_one_picture_is_not_empty() -> None:
    name = "alert.html.j2"
    reply = answer({"sources": {name: '<img src="cid:a" alt="">'}, "names": [name], "view": {}})

    assert "cid:a" in reply["words"][name]


def test_a_template_that_makes_half_a_character_is_told_and_the_built_in_words_serve(tmp_path: Path) -> None:
    folder = own(tmp_path, alert__txt='{{ "\\ud800" }} {{ head.subject }}', notice__txt='{{ head["\\ud800"] }}')

    problems = check_templates(folder, {}, {"alert": {"head": {"subject": "a ban"}}, "notice": {"head": {}}})
    said = words(Renderer(TEMPLATES, folder), make_alert_message())

    assert "U+D800" in str(problems[0])
    assert all(str(each).encode() for each in problems)
    assert "U+D800" in said.fallback
    assert said.text.encode().strip()


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=300), st.integers(20, 80))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    wrapped = wrap(text, width=width)

    assert "".join(wrapped.split()) == "".join(text.split())
    for line in wrapped.split("\n"):
        assert display_width(line) <= width + 2 or " " not in line.strip()


@given(st.text(max_size=200), st.integers(2, 80))
def test_shortening_keeps_to_its_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("…")
    assert text.startswith(short.removesuffix("…")) or short == text


def test_a_cut_falls_after_a_word() -> None:
    assert shorten("Ministry licenses exports of antimony", 26) == "Ministry licenses exports…"
    assert shorten("商务部公布稀土出口许可新程序", 8) == "商务部公布稀土…"


def test_chinese_is_wrapped_by_columns_and_no_line_begins_with_a_stop() -> None:
    lines = wrap("商务部公布稀土出口许可新程序，三月一日起施行。" * 3, width=20).split("\n")

    assert all(display_width(line) <= 22 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_no_module_is_taken_from_the_folder_that_a_command_runs_in(tmp_path, monkeypatch):
    (tmp_path / "jinja2.py").write_text("raise SystemExit('a stranger ran')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert render_apart({"notice.txt.j2": "{{ word }}"}, ["notice.txt.j2"], {"word": "ours"}) == {
        "notice.txt.j2": "ours"
    }


def test_a_backlog_lists_sixty_alerts_in_a_line_each_within_a_mail(renderer: Renderer) -> None:
    told = [
        make_told(
            alert=f"a-{n}",
            headline=f"Mine number {n} stops its work after a fire in the mill",
            link=f"https://wire.example/{n}",
        )
        for n in range(60)
    ]
    message = replace(make_alert_message(*told), backlog=130)

    said = words(renderer, message)

    assert said.subject.startswith("60 of 130 alerts that waited: urgent: Mine number 0")
    assert " ".join(said.text.split()).count("Supply stop at an organisation on your list") == 60
    assert said.text.count("https://wire.example/") == said.html.count("https://wire.example/") == 60
    assert "THE WORDS THAT MATCHED" not in said.text
    assert "60 OF 130 ALERTS THAT WAITED" in said.text
    assert len(said.text.encode()) + len(said.html.encode()) < 55_000


def test_a_readers_language_lies_over_the_users_templates_and_these_over_ours(tmp_path: Path) -> None:
    own(tmp_path, alert__txt="common {{ alerts[0].headline }}", notice__txt="common notice")
    (tmp_path / "de").mkdir()
    own(tmp_path / "de", alert__txt="deutsch: {{ alerts[0].headline }}")
    renderer, alert = Renderer(TEMPLATES, tmp_path), make_alert_message(make_told(headline="Ban"))

    assert words(renderer, alert, language="de").text == "deutsch: Ban"
    assert words(renderer, alert, language="ja").text == "common Ban"
    assert words(renderer, make_notice_message(), language="de").text == "common notice"


def test_a_broken_template_of_a_language_falls_back_to_the_common_ones_and_is_told(tmp_path: Path) -> None:
    own(tmp_path, alert__txt="common {{ alerts[0].headline }}")
    (tmp_path / "de").mkdir()
    own(tmp_path / "de", alert__txt="deutsch\n{{ hedline }}")
    renderer = Renderer(TEMPLATES, tmp_path)

    said = words(renderer, make_alert_message(make_told(headline="Ban")), language="de")

    assert said.text == "common Ban"
    assert "hedline" in said.fallback
    assert [(Path(each.file).parent.name, each.line) for each in renderer.problems()][:1] == [("de", 2)]


def test_a_folder_that_is_no_language_or_lies_elsewhere_holds_no_templates(tmp_path: Path) -> None:
    (tmp_path / "words" / "parts").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    own(tmp_path / "outside", alert__txt="from outside")
    (tmp_path / "words" / "de").symlink_to(tmp_path / "outside")
    renderer = Renderer(TEMPLATES, tmp_path / "words")

    assert "from outside" not in words(renderer, make_alert_message(), language="de").text
