"""Messages in other languages: every file is whole, nothing of ours stays English, and nothing of others is touched."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.channels.samples import make_channel, make_envelope
from tests.core.calendar.make import entry as make_entry
from tests.look.filled import filled
from tests.make import (
    make_alert_message,
    make_digest_message,
    make_digest_story,
    make_notice_message,
    make_quote,
    make_told,
)
from tests.tools import ROOT
from watcher.app.out_words import alert_item, date_event
from watcher.channels.outline import outline
from watcher.channels.slack.words import groups, sentence
from watcher.commands.opening import known_language
from watcher.core.calendar.words import kind_words
from watcher.core.digests.numbers import Committed, Mentioned, Quoted, mentions_table, money_table, prices_table
from watcher.core.digests.sayings import Pledge
from watcher.core.event_types import EVENT_TYPES
from watcher.core.facts.money import ROLES
from watcher.core.model import Reason, Severity, Trust, Zone
from watcher.core.schedules import covers_words, schedule, schedule_words
from watcher.core.telling.alerts import material_changes
from watcher.core.telling.clause_words import ASKED, FIELDS, KINDS, OPTIONS, VALUES
from watcher.core.telling.fields import _AGAIN, _OF_STORIES
from watcher.core.telling.links import AlertLinks, Links
from watcher.core.telling.messages import AlertMessage, DigestDate, DigestMessage, Handled, Message, Reminder, Rendered
from watcher.core.telling.phrases import apart, ended, headed, listed
from watcher.core.telling.status_words import hedge, status_words
from watcher.core.telling.tellings import _DOUBTS, doubts
from watcher.core.telling.translating import translated
from watcher.core.text.calendar_names import DAYS, MONTHS
from watcher.core.text.wording import ENGLISH, FULL_DAYS, FULL_MONTHS, NAMES, NUMBER, SLOT, Words, words_of
from watcher.core.yaml.strict import load, plain
from watcher.render.besides import date_view
from watcher.render.catalogues import SECTIONS, Catalogues, check_words, languages
from watcher.render.moments import Clock
from watcher.render.pages import Asking, Button, Pages
from watcher.render.renderer import MAIL_BYTES, Renderer
from watcher.render.samples import SAMPLES
from watcher.render.subjects import alert_head, digest_head

TEMPLATES = ROOT / "templates"
SHIPPED = ("de", "fr", "ja", "zh")
GREEK = "Ωμέγα λόγος"
AT = datetime(2026, 2, 6, 7, 40, tzinfo=UTC)
LINKS = Links(
    alerts=(
        (
            "x1",
            AlertLinks(
                acknowledge="https://o.example/1",
                snooze="https://o.example/2",
                tomorrow="https://o.example/3",
                mute="https://o.example/4",
                not_relevant="https://o.example/5",
            ),
        ),
    ),
    unsubscribe="https://o.example/u",
    page="https://o.example/p",
)


@cache
def table(language: str) -> dict[str, dict[str, str]]:
    node, problems = load((TEMPLATES / "words" / f"{language}.yaml").read_bytes(), language)
    assert node is not None
    assert problems == ()
    return plain(node)


@cache
def catalogues() -> Catalogues:
    return Catalogues(TEMPLATES)


def words(language: str) -> Words:
    return catalogues().words(language)


@cache
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def in_language(language: str, message: Message, **reader: Any) -> Rendered:
    return renderer().render(message, language=language, **{"zone": "Europe/Berlin", **reader})


@pytest.mark.parametrize("language", SHIPPED)
def test_every_language_says_the_same_with_the_same_gaps(language):
    first, own = table("de"), table(language)

    assert list(own) == list(SECTIONS)
    for name in SECTIONS:
        assert list(own[name]) == list(first[name])
        for english, said in own[name].items():
            assert set(SLOT.findall(said)) == set(SLOT.findall(english)), english
            assert said.strip(), english


def said_in_code() -> Iterator[str]:
    """What `say` is given word for word, in templates and modules."""
    for path in TEMPLATES.rglob("*.j2"):
        text = path.read_text(encoding="utf-8")
        yield from (ast.literal_eval(each) for each in re.findall(r'say\(("(?:[^"\\]|\\.)*")', text))
        yield from re.findall(r'link\([^()]*?, "([^"]+)"', text)
    for path in (ROOT / "watcher").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if ".say(" not in text and "words.count(" not in text:
            continue
        for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
            named = ast.unparse(call.func)
            if re.search(r"(?:words|self|_in_signs|ENGLISH)\.(?:say|count)$", named) and "gather" not in path.parts:
                yield from _literals(call)


def _literals(call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    strings = [each.value for each in ast.walk(call.args[0]) if isinstance(each, ast.Constant)] if call.args else []
    if call.func.attr == "say" and not (call.args and isinstance(call.args[0], ast.JoinedStr)):
        yield from (each for each in strings if isinstance(each, str) and each not in {"_", " "})
    elif len(call.args) == 2 and isinstance(call.args[1], ast.Constant):
        thing = str(call.args[1].value)
        yield from (f"{{n}} {thing}", f"{{n}} {thing[:-1]}ies" if thing.endswith("y") else f"{{n}} {thing}s")


def said_by_value() -> Iterator[str]:
    """What `say` is given out of a closed set."""
    yield from (*DAYS, *MONTHS, *FULL_DAYS, *FULL_MONTHS, *NAMES.values(), NUMBER, "1", "rules")
    yield from (*EVENT_TYPES.values(), "Other news", *(words_ for _, words_ in _AGAIN), _OF_STORIES)
    for severity in Severity:
        yield from (severity.value, severity.value.capitalize(), f"{severity.value.capitalize()} alert")
    yield from (trust.value.replace("_", " ") for trust in Trust)
    for zone in (*Zone, "background", "quote"):
        yield from (str(zone), str(zone).capitalize())
    for status in statuses():
        yield status_words(status)
        yield from hedge(status) or ()
    told = (Reason.UPDATED, Reason.SEVERITY_RAISED, Reason.RETRACTED, Reason.CLOSED, Reason.REMINDED, Reason.MERGED)
    yield from (reason.value.replace("_", " ") for reason in told)
    yield from ("acknowledged", "recovered", "Update", "Withdrawn", "Closed", "Reminder", "Daily", "Weekly", "Monthly")
    yield from ("In brief", "Updates to earlier stories", "Analysis", "New:", "Doubt:", "Why you:", "Row {n} below")
    yield from ("Acknowledge", "Snooze", "Snooze 4 h", "Until tomorrow", "Mute story", "Mute the story", "Not relevant")
    yield from ("see the table", "as the table says", "{unit}", "{unit}, oldest to newest", "status unknown")
    yield status_words("status unknown")
    yield from (each for each in table("de")["words"] if each.startswith(("Nothing to tell:", "Nothing new that your")))
    yield from (each for each in table("de")["words"] if each.startswith(("Headlines and", "And {n} more, not")))
    yield from (*KINDS, *OPTIONS, *FIELDS, *VALUES, *(f"{each} {{level}}" for each in ASKED), "taken out", "added")
    yield from (f"{{n}} {day} {side}" for day in ("day", "days") for side in ("before", "after"))
    yield "One document brought so many; {n} of them are listed; the most urgent come first."


@cache
def statuses() -> frozenset[str]:
    found = {"rumoured", "denied", "lapsed"}
    for path in (ROOT / "rules" / "events").glob("*.yaml"):
        for written in re.findall(r"(?:ladder|exits): \[([^\]]*)\]", path.read_text(encoding="utf-8")):
            found.update(each.strip() for each in written.split(","))
    return frozenset(found)


def test_the_files_hold_what_is_said_and_nothing_else():
    said = {*said_in_code(), *said_by_value()}

    assert sorted(said - set(table("de")["words"])) == []
    assert sorted(set(table("de")["words"]) - said) == []


def stored() -> Iterator[str]:
    """What messages are stored with, as it is made."""
    yield from doubts(_DOUBTS)
    yield from doubts(["title_only", "untitled"])
    for written in ("daily 07:00", "Fri 15:00", "1st 07:00", "last Fri 07:00", "2nd Mon 07:00"):
        yield schedule_words(schedule(written, "UTC"))
    yield covers_words([str(number) for number in range(40)])
    yield from material_changes(["It pays 5 now."], ["It does not pay 6 now."])
    yield from (
        kind_words(each) for each in ("expires", "effective", "comment_close", "deadline", "hearing", "meeting")
    )
    yield from (role.replace("_", " ") for role in ROLES)
    yield from ("votes", "reserve", "US", "Canada", "Europe", "China", "Asia-Pacific", "Latin America", "Africa")
    yield from ("Middle East", "Elsewhere", *EVENT_TYPES.values(), "06 Feb 14:00", "6 Feb 2026", "10 November 2026")
    yield from ("no good answer since 06 Feb 14:00 UTC: 503", "has not answered yet")
    pledge = Pledge(
        start=0, end=1, amount="5", currency="$", role="loan", payer="", payee="Ω", status="signed", public=True
    )
    more = replace(pledge, amount="6", currency="€", up_to=True)
    tables = (
        money_table([Committed(pledge=each, words="5", country="") for each in (pledge, more)]),
        mentions_table([Mentioned(name="Ω", weeks=(1, 2))], [date(2026, 2, 6), date(2026, 2, 13)]),
        prices_table([Quoted(name="Ω", unit="€", values=((AT, Decimal(1)), (AT, Decimal(2))))], AT),
    )
    for each in tables:
        assert each is not None
        yield from (each.title, *each.head, *each.notes, *(cell for row in each.rows for cell in row[1:]))
        yield each.bars.unit if each.bars else ""


def test_what_messages_were_stored_with_is_said_in_every_language():
    latin = re.compile("[A-Za-z]{2,}")
    ours = {each for each in stored() if latin.search(each)}

    for language in SHIPPED:
        same = [each for each in ours if words(language).saying(each) == each]
        alike = {"Recycling", "Certification", "Acquisition", "Canada", "China", "Europe", "contract", "Material"}
        assert (
            set(same) - alike - set(table(language)["words"].values()) - set(table(language)["sayings"].values())
            == set()
        )
    assert [each for each in ours if latin.search(words("ja").saying(each).replace("UTC", ""))] == [
        each for each in ours if "UTF-8" in each and "windows-1252" in each
    ]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("status: in force, announced before", "Stand: in Kraft, zuvor angekündigt"),
        (
            "status: proposed → signed, corrected by its publisher",
            "Stand: vorgeschlagen → unterzeichnet, vom Herausgeber berichtigt",
        ),
        ("new: party BHP (announced)", "neu: Beteiligter BHP (announced)"),
        ("now also from Reuters, trade press", "jetzt auch von Reuters, Fachpresse"),
        ("severity notice rises to urgent", "Dringlichkeit: Hinweis → dringend"),
        ("amount changed: none before, $5 million now", "Betrag geändert: zuvor ohne, jetzt $5 million"),
        ("expires: 10 November 2026, in 30 days", "läuft ab: 10. November 2026, in 30 Tagen"),
        ("deadline: 6 February 2026, tomorrow (only expected)", "Frist: 6. Februar 2026, morgen (nur erwartet)"),
        (
            "hearing: 6 February 2026, 3 days ago; lapsed, unknown: no article says what came of it",
            "Anhörung: 6. Februar 2026, vor 3 Tagen; verstrichen, Ausgang offen: kein Artikel sagt, was daraus wurde",
        ),
        ("on Fridays at 15:00, Europe/Berlin", "freitags um 15:00, Europe/Berlin"),
        ("on the last Friday of the month at 07:00, UTC", "am letzten Freitag des Monats um 07:00, UTC"),
        ("+1.5 %", "+1,5 %"),
        ("a rule's own words, 1.5 %", "a rule's own words, 1.5 %"),
        ("31 Feb", "31 Feb"),
        ("", ""),
    ],
)
def test_a_saying_is_found_again_with_what_fills_it(english, german):
    assert words("de").saying(english) == german
    assert ENGLISH.saying(english) == english


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("status: reported, not confirmed, proposed before", "Stand: berichtet, nicht bestätigt, zuvor vorgeschlagen"),
        ("now also from Smith, Jones & Co, wire", "jetzt auch von Smith, Jones & Co, Nachrichtenagentur"),
        ("date: takes effect 3 Jan 2026", "Datum: tritt in Kraft 3 Jan 2026"),
        ("Lead time: 12 weeks, in 3 days", "Lead time: 12 weeks, in 3 days"),
        ("Tesla: new plant, today", "Tesla: new plant, today"),
        ("deadline: soon, in three days", "deadline: soon, in three days"),
        ("status: planned -> in force", "status: planned -> in force"),
        ("acknowledged by Ann, Bob, 10:00", "acknowledged by Ann, Bob, 10:00"),
    ],
)
def test_what_can_be_cut_in_two_ways_or_is_not_ours_stays_as_it_is(english, german):
    assert words("de").saying(english) == german


def test_a_cell_of_a_foreign_page_is_no_burden():
    before = process_time()
    for language in SHIPPED:
        for piece in ("a: , in ", "status: , → ", "figures changed: x before, ", "date: deadline ", ", today"):
            for length in (900, 256 * 1024):
                assert words(language).saying(cell := f"expires: {piece * (length // len(piece))}, in x days") == cell

    assert process_time() - before < 2.0


DATES = {
    "en": ("3 Mar 2026", "3 Mar", "Tuesday 3 March 2026", "28 February to 3 March 2026", "1,234"),
    "de": ("3. März 2026", "3. März", "Dienstag, 3. März 2026", "28. Februar bis 3. März 2026", "1.234"),
    "fr": ("3 mars 2026", "3 mars", "mardi 3 mars 2026", "28 février – 3 mars 2026", "1\u202f234"),
    "ja": ("2026年3月3日", "3月3日", "2026年3月3日（火曜日）", "2026年2月28日〜3月3日", "1,234"),
    "zh": ("2026年3月3日", "3月3日", "2026年3月3日 星期二", "2026年2月28日至3月3日", "1,234"),
}


@pytest.mark.parametrize("language", DATES)
def test_days_and_numbers_are_written_as_the_language_does(language):
    own, day = words(language), date(2026, 3, 3)
    clock = Clock(zone=ZoneInfo("UTC"), at=AT, words=own)
    begin, end = datetime(2026, 2, 28, 9, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)

    said = own.day(day, year=True), own.day(day, year=False), own.full_day(day, weekday=True), clock.stretch(begin, end)

    assert (*said, own.number(1234)) == DATES[language]


def test_one_and_many():
    assert [words("de").count(each, "story") for each in (0, 1, 2)] == ["0 Meldungen", "1 Meldung", "2 Meldungen"]
    assert [words("fr").count(each, "story") for each in (0, 1, 2)] == ["0 sujet", "1 sujet", "2 sujets"]
    assert words("fr").day(date(2026, 3, 1), year=False) == "1er mars"


def bracketed(english: str) -> str:
    """The words with what is fixed of them between brackets, and what fills them outside."""
    parts = re.split(r"(\{[a-z_0-9]+\})", english)
    return "".join(part if at % 2 or not re.search("[A-Za-z]", part) else f"⟦{part}⟧" for at, part in enumerate(parts))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A renderer that knows a language in which every fixed word stands between brackets."""
    own = tmp_path_factory.mktemp("own")
    (own / "words").mkdir()
    said = {name: {key: bracketed(key) for key in table("de")[name]} for name in SECTIONS}
    said["words"][NUMBER] = NUMBER
    (own / "words" / "qaa.yaml").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return Renderer(TEMPLATES, own)


def alerts(**changes: Any) -> AlertMessage:
    told = filled(AlertMessage, GREEK).alerts[0]
    told = replace(
        told,
        **{
            "change": "updated",
            "event_type": "export_control",
            "status": "rumoured",
            "news": ("status: announced, proposed before",),
            "quotes": (replace(make_quote(), text=GREEK, marks=((0, 5),), zone="lead", language="ja"),),
            "why": (GREEK,),
            "flags": doubts(["undated"]),
            "link": "https://o.example/a",
            "host": "o.example",
            "language": "el",
            "handled": (Handled(what="acknowledged", who=GREEK, at=AT), Handled(what="assigned", who=GREEK, at=AT)),
            "reminder": Reminder(number=1, of=2, since=AT),
            "subject": "story:x1",
            **changes,
        },
    )
    return AlertMessage(route="Ω", alerts=(told, told))


def issue(**changes: Any) -> DigestMessage:
    message: DigestMessage = filled(DigestMessage, GREEK)
    (section,) = message.sections
    story = replace(
        section.stories[0],
        severity=Severity.URGENT,
        event_type="export_control",
        status="announced",
        news=("status: announced, proposed before",),
        flags=("the publisher gives no date",),
        link="https://o.example/a",
        language="el",
        also=((GREEK, "trade_press"),),
        figures=tuple(replace(each, label="tax_credit") for each in section.stories[0].figures),
        told_before="2026-W05",
        articles=2,
        first=AT - timedelta(days=1),
        last=AT,
    )
    lines = {
        name: tuple(replace(each, link=None, status="signed", issue="2026-W02") for each in getattr(story, name))
        for name in ("reports", "lines", "context")
    }
    story = replace(story, **lines)
    pledge = Pledge(
        start=0, end=1, amount="5", currency="₽", role="loan", payer="Ω", payee="Ω", status="signed", public=True
    )
    money = money_table([Committed(pledge=pledge, words="5 ₽", country="Ω")])
    mentions = mentions_table([Mentioned(name="Ω", weeks=(1, 2))], [date(2026, 2, 6), date(2026, 2, 13)])
    assert money is not None
    assert mentions is not None
    date_of = DigestDate(
        entry="x1",
        kind="takes effect",
        of=GREEK,
        first=AT.date(),
        last=AT.date() + timedelta(days=4),
        printed="Ω",
        firm=False,
    )
    return replace(
        message,
        zone="UTC",
        begin=AT - timedelta(days=7),
        end=AT,
        covers=("2026-05",),
        sections=(replace(section, topic="europe", title="Europe", stories=(story,)),),
        brief=(story,),
        updates=(story,),
        analysis=(story,),
        schedule="on Fridays at 15:00, UTC",
        dates=(date_of,),
        quiet=tuple(replace(each, says="has not answered yet") for each in message.quiet),
        numbers=(money, mentions),
        **changes,
    )


MESSAGES: Mapping[str, Message] = {
    "alerts": alerts(),
    "retracted": alerts(change="retracted", severity=Severity.WARNING, status=None, published=None, link=None),
    "waited": replace(alerts(), backlog=7),
    "at once": replace(alerts(), backlog=7, at_once="Ω"),
    "issue": issue(),
    "short": issue(length="short"),
    "empty": replace(
        issue(), sections=(), brief=(), updates=(), analysis=(), numbers=(), dates=(), quiet=(), sources_answered=3
    ),
    "test": make_notice_message(
        kind="1", subject="Ω", title="this is a test of channel Ω", lines=("If you can read this, the channel works.",)
    ),
}
_NOT_WORDS = re.compile(
    r"https?://\S+|watcher why \S+(?: --rule \S+)?|\bwatcher\b|\bUTC\b|\bo\.example\b|\bx1\b|20\d\d-W\d\d|cid:\S+|<![^>]*>"
)


def left(text: str) -> list[str]:
    """Letters of ours that stand outside of brackets."""
    plain = _NOT_WORDS.sub(" ", re.sub(r"⟦[^⟧⟦]*(?:⟧|…|$)", " ", text))
    return re.findall(r"[A-Za-z]{2,}.{0,30}", plain)


def page_words(html: str) -> str:
    """What a page shows or says aloud."""
    body = re.sub(r"<(style|title)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    aloud = " ".join(re.findall(r'(?:alt|aria-label)="([^"]*)"', body))
    return re.sub(r"&(?:nbsp|#\d+);", " ", re.sub(r"<[^>]+>", " ", body)) + aloud


@pytest.mark.parametrize("name", MESSAGES)
def test_no_fixed_word_of_a_mail_stands_outside_the_files(name, marked):
    mail = marked.render(MESSAGES[name], zone="UTC", language="qaa", recipient="Ω", channel="Ω", links=LINKS)

    assert mail.fallback == ""
    assert left(mail.subject) == []
    assert left(mail.text) == []
    assert left(page_words(mail.html)) == []
    assert 'lang="qaa"' in mail.html


@pytest.mark.parametrize("name", MESSAGES)
def test_no_fixed_word_of_a_chat_stands_outside_the_files(name, marked):
    mail = marked.render(MESSAGES[name], zone="UTC", language="qaa", links=LINKS)
    envelope = make_envelope(public_url="https://o.example", zone="UTC")
    said = outline(mail, envelope)

    spoken = [said.sentence, *(item.title for item in said.items)]
    spoken += [name for item in said.items for name, _ in item.actions]
    spoken += ["".join(run.text for run in line) for item in said.items for line in item.lines]
    slack = [sentence(mail.message, mail.words), *texts(groups(mail.message, "https://o.example", LINKS, mail.words))]

    assert [each for each in spoken if left(each)] == []
    assert [each for each in slack if left(slack_words(each))] == []


def texts(value: object) -> Iterator[str]:
    """Every text of Block Kit's blocks."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def slack_words(text: str) -> str:
    """A text without what Slack reads as markup."""
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>|<https?://[^|>]*\|([^>]*)>", r"\1\2", text)


def test_what_others_wrote_is_the_same_in_every_language():
    message = make_digest_message()
    theirs = [each.headline for each in message.brief] + [
        word for section in message.sections for story in section.stories for word in (story.headline, *story.sentences)
    ]

    for language in SHIPPED:
        told = translated(message, words(language))
        assert isinstance(told, DigestMessage)
        assert [each.headline for each in told.brief] == [each.headline for each in message.brief]
    text = in_language("ja", message).html
    assert all(word in text or "&" in word or "'" in word for word in theirs)


def test_a_reminder_begins_in_the_readers_words():
    told = make_told(
        news=("expires: 10 November 2026, tomorrow",), headline="expires: 10 November 2026, tomorrow: Licences"
    )

    said = translated(make_alert_message(told), words("de"))

    assert isinstance(said, AlertMessage)
    assert said.alerts[0].headline == "läuft ab: 10. November 2026, morgen: Licences"


def test_a_quote_names_its_language_where_it_is_not_the_readers():
    quote = replace(make_quote(), language="ja")

    said = {each: in_language(each, make_alert_message(make_told(quotes=(quote,)))).text for each in ("en", "de", "ja")}

    assert ", Japanese" in said["en"]
    assert ", Japanisch" in said["de"]
    assert "日本語" not in said["ja"]


def test_programs_get_english_keys_whatever_the_language():
    message = make_alert_message()
    hook = make_channel("webhook")

    bodies = []
    for language in ("en", "ja"):
        (call,) = hook.wire(in_language(language, message), make_envelope())
        body = json.loads(call.body)
        bodies.append({key: value for key, value in body.items() if key not in {"subject", "text", "html"}})

    assert bodies[0] == bodies[1]


def test_a_subject_in_other_letters_comes_back_whole():
    mail = in_language("ja", make_alert_message(), recipient="a@desk.example")
    (call,) = make_channel("email").wire(mail, make_envelope(recipient="a@desk.example"))

    raw = call.mail.as_bytes()
    read = message_from_bytes(raw, policy=policy.default)

    assert raw.split(b"\r\n\r\n", 1)[0].isascii()
    assert read["Subject"] == mail.subject
    assert mail.subject.startswith("緊急：")


def test_a_notice_that_nobody_has_said_is_english_throughout():
    mail = in_language("de", make_notice_message())

    assert 'lang="en"' in mail.html
    assert mail.text == in_language("en", make_notice_message()).text


@pytest.mark.parametrize("language", SHIPPED)
def test_the_samples_are_worded_and_small(language):
    for message in SAMPLES.values():
        mail = in_language(language, message)
        assert len(mail.html.encode()) < MAIL_BYTES
        assert "{" not in mail.text


@pytest.mark.slow
@pytest.mark.parametrize("language", SHIPPED)
def test_a_large_issue_stays_within_its_budget(language):
    stories = tuple(make_digest_story(n, story=f"s-{n}", headline=f"見出し {n} " * 6) for n in range(120))
    message = replace(make_digest_message(), brief=stories)

    mail = in_language(language, message)

    assert len(mail.html.encode()) <= MAIL_BYTES


def test_a_page_speaks_the_readers_language():
    pages = Pages(TEMPLATES)

    page = pages.ask(
        Asking(
            title="Stop these mails?", says=("Nothing was changed.", "Ωμέγα"), buttons=(Button(words="Unsubscribe"),)
        ),
        words=pages.words("fr"),
    )

    assert '<html lang="fr"' in page.html
    assert all(
        each in page.html
        for each in ("Arrêter ces courriels\u00a0?", "Rien n’a été modifié.", "Ωμέγα", "Se désabonner")
    )


def test_pages_speak_the_words_of_now(tmp_path: Path) -> None:
    said = {"now": words("de")}
    pages = Pages(TEMPLATES, words=lambda language: said["now"] if language == "de" else ENGLISH)
    asking = Asking(title="Stop these mails?", buttons=(Button(words="Unsubscribe"),))
    before = pages.ask(asking, words=pages.words("de")).html

    said["now"] = words_of("de", {"Skip to the content": "Weiter zum Inhalt"}, {"Stop these mails?": "Schluss damit?"})
    after = pages.ask(asking, words=pages.words("de")).html

    assert "Diese Mails abbestellen?" in before
    assert "Schluss damit?" in after
    assert "Weiter zum Inhalt" in after


def test_a_language_of_templates_alone_is_one_and_its_missing_words_are_told(tmp_path: Path, capsys) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "alert.txt.j2").write_text("¡{{ alerts[0].headline }}! {{ say('Rule') }}", encoding="utf-8")
    own = Renderer(TEMPLATES, tmp_path)

    (problem,) = own.problems()
    mail = own.render(make_alert_message(make_told(headline="Ω")), zone="UTC", language="es")

    assert (problem.code, problem.level, Path(problem.file).name) == ("T010", "warning", "es")
    assert "words/es.yaml" in problem.text
    assert "¡Ω! Rule" in mail.text
    assert mail.fallback == ""
    assert known_language("es", tmp_path)
    assert not known_language("et", tmp_path)
    assert 'no words in language "et"' in capsys.readouterr().err


WRITTEN = """\
words:
  "In brief": "Breve"
  "In bref": "x"
  "Issue {number}": "Numero"
say: {}
"""


def test_every_mistake_in_a_file_of_words_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    file = tmp_path / "words" / "it.yaml"
    file.write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "words" / "italian.yaml").write_text("words: {}\n", encoding="utf-8")

    found = [(each.line, each.column, each.code, each.level) for each in check_words(TEMPLATES, tmp_path)]
    said = " ".join(each.text for each in check_words(TEMPLATES, tmp_path))

    assert found == [
        (3, 3, "T009", "warning"),
        (4, 21, "T011", "error"),
        (5, 1, "T008", "error"),
        (1, 1, "T010", "warning"),
        (None, None, "T008", "error"),
    ]
    assert 'did you mean "In brief"?' in said
    assert "{number}" in said
    assert "it" in languages(TEMPLATES, tmp_path)


def test_a_users_words_lie_over_ours_and_what_is_missing_is_english(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "de.yaml").write_text('words: {"In brief": "Kurz"}\n', encoding="utf-8")
    (tmp_path / "words" / "it.yaml").write_text('words: {"In brief": "In breve"}\n', encoding="utf-8")
    (tmp_path / "words" / "en.yaml").write_text('words: {"In brief": "Shortly"}\n', encoding="utf-8")
    own = Catalogues(TEMPLATES, tmp_path)

    assert [own.words(each).say("In brief") for each in ("de", "it", "en", None)] == [
        "Kurz",
        "In breve",
        "Shortly",
        "Shortly",
    ]
    assert own.words("de").say("Why you") == "Warum Sie das erhalten"
    assert own.words("it").say("Why you") == "Why you"
    assert own.words("xx").language == "en"


def test_a_day_without_an_hour_stays_one():
    told = make_told(flags=doubts(["date_only"]), published=datetime(2026, 2, 6, tzinfo=UTC))

    said = in_language("de", make_alert_message(told)).text

    assert "Datum: 6. Feb. ·" in said
    assert "der Herausgeber nennt nur den Tag" in " ".join(said.split())


@pytest.mark.parametrize(
    ("english", "written"),
    [
        ("1,234.5", '"5"'),
        ("1,234.5", '"1234"'),
        ("In brief", "null"),
        ("In brief", "~"),
        ("In brief", "true"),
        ("In brief", '"  "'),
        ("In brief", '"\\u200b"'),
        ("In brief", '"a\\nb"'),
        ("In brief", "[Kurz]"),
        ("In brief", "x" * 200_000),
        ("Issue {number}", '"Heft"'),
    ],
)
def test_words_that_can_not_serve_are_told_and_ours_used(tmp_path: Path, english: str, written: str) -> None:
    (tmp_path / "words").mkdir()
    for language in ("de", "en"):
        (tmp_path / "words" / f"{language}.yaml").write_text(f'words:\n  "{english}": {written}\n', encoding="utf-8")

    found = [(each.line, each.code, each.level) for each in check_words(TEMPLATES, tmp_path)]

    assert found == [(2, "T011", "error")] * 2
    own = Catalogues(TEMPLATES, tmp_path)
    assert own.words("de").say(english) == words("de").say(english)
    assert own.words("en").number(1234) == "1,234"


def test_words_that_can_not_be_said_at_all_cost_no_message_and_are_told(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "de.yaml").write_text('words: {"In brief": "Kurz"}\n', encoding="utf-8")
    renderer = Renderer(TEMPLATES, tmp_path)
    monkeypatch.setattr(Words, "_apart", lambda self, number: number if self is ENGLISH else "5"[1])

    said = renderer.render(SAMPLES["digest"], zone="UTC", language="de")

    assert said.fallback.startswith("can't be said in de: IndexError")
    assert said.words is ENGLISH
    assert [each.code for each in renderer.problems() if each.file.endswith("de.yaml")][-1:] == ["T011"]


def test_what_others_named_and_wrote_stays_as_it_is():
    news = ("amount: 5 -> up to 6", "Lead time: 12 weeks, in 3 days -> 13 weeks, in 3 days", "removed from the table")
    headline = "split from: Miner halts: output falls, yesterday"
    told = replace(make_told(), news=(*news, headline), subject="row:a/b")
    prices = prices_table(
        [
            Quoted(name=name, unit="€", values=((AT, Decimal(1)), (AT, Decimal(2))))
            for name in ("May", "Gold: 6 Feb, today", "Copper and 3 more", "not named")
        ],
        AT,
    )
    assert prices is not None
    dates = (
        DigestDate(entry="e", kind="deadline", of="fine", first=date(2026, 2, 6), last=date(2026, 2, 6), printed=""),
    )

    alert = translated(make_alert_message(told), words("de"))
    issue = translated(replace(make_digest_message(), numbers=(prices,), dates=dates), words("de"))

    assert isinstance(alert, AlertMessage)
    assert isinstance(issue, DigestMessage)
    assert alert.alerts[0].news == (
        *news[:2],
        "aus der Tabelle entfernt",
        "abgetrennt von: Miner halts: output falls, yesterday",
    )
    assert [row[0] for row in issue.numbers[0].rows] == [row[0] for row in prices.rows]
    assert [(each.kind, each.of) for each in issue.dates] == [("Frist", "fine")]


def test_words_are_those_that_were_there_when_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    file = tmp_path / "words" / "de.yaml"
    file.write_text('words: {"In brief": "Kurz"}\n', encoding="utf-8")
    made = Catalogues(TEMPLATES, tmp_path)

    file.write_text("words: [", encoding="utf-8")

    assert made.words("de").say("In brief") == "Kurz"
    assert Catalogues(TEMPLATES, tmp_path).words("de").say("In brief") == words("de").say("In brief")


def test_a_link_that_leads_out_of_the_folder_is_told_and_no_language(tmp_path: Path) -> None:
    (tmp_path / "own" / "words").mkdir(parents=True)
    (tmp_path / "it.yaml").write_text('words: {"In brief": "In breve", "secret": "x"}\n', encoding="utf-8")
    (tmp_path / "own" / "words" / "it.yaml").symlink_to(tmp_path / "it.yaml")

    found = [(each.code, each.text) for each in check_words(TEMPLATES, tmp_path / "own")]

    assert found == [("T008", "it leads out of the folder and is not used")]
    assert "it" not in languages(TEMPLATES, tmp_path / "own")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("[a, b]", (1, 1)),
        ("words", (1, 1)),
        ("words: [a, b]", (1, 8)),
        ("words: null", (1, 8)),
        ("sayings: x", (1, 10)),
    ],
)
def test_a_file_of_another_shape_is_told_with_its_place(tmp_path: Path, written: str, place: tuple[int, int]) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "de.yaml").write_text(written, encoding="utf-8")

    (found,) = check_words(TEMPLATES, tmp_path)

    assert (found.line, found.column, found.code, found.level) == (*place, "T008", "error")
    assert "did you mean" not in found.text
    assert Catalogues(TEMPLATES, tmp_path).words("de").say("In brief") == words("de").say("In brief")


@pytest.mark.parametrize("more", [" · {n}\nmehr", " · {n} " + "Weitere " * 40])
def test_a_subject_is_one_line_that_fits_whatever_its_words_are(more: str) -> None:
    odd = words_of("de", {" · {n} more": more, ": nothing new": more, "{n} story": more, "{n} stories": more}, {})
    alerts = make_alert_message(make_told(), make_told(alert="b"))
    empty = replace(make_digest_message(), sections=(), brief=(), updates=())

    subjects = [
        alert_head(alerts, odd).subject,
        digest_head(make_digest_message(), odd).subject,
        digest_head(empty, odd).subject,
    ]

    assert [len(each.splitlines()) for each in subjects] == [1, 1, 1]
    assert [len(each) <= most for each, most in zip(subjects, (78, 50, 50), strict=True)] == [True] * 3


JOINED = {
    "en": ("Semi; colon", "Ω, Ω", "A (B)", "So. ", "Mind: ", "Head:"),
    "de": ("Semi; colon", "Ω, Ω", "A (B)", "So. ", "Zu beachten: ", "Head:"),
    "fr": ("Semi\u00a0; colon", "Ω, Ω", "A (B)", "So. ", "À noter\u00a0: ", "Head\u00a0:"),
    "ja": ("Semi；colon", "Ω、Ω", "A（B）", "So。", "注意：", "Head："),
    "zh": ("Semi；colon", "Ω、Ω", "A（B）", "So。", "注意：", "Head："),
}


@pytest.mark.parametrize("language", JOINED)
def test_what_stands_beside_has_the_signs_of_the_language(language):
    own = words(language)

    said = (
        listed(("Semi", "colon"), own),
        own.say(", ").join("ΩΩ"),
        own.say("{label} ({text})", label="A", text="B"),
        apart(ended("So.", own)),
        apart(own.say("Mind:")),
        headed("Head", own),
    )

    assert said == JOINED[language]


@pytest.mark.parametrize("name", ["alerts", "issue", "empty", "waited"])
@pytest.mark.parametrize("language", ["ja", "zh"])
def test_no_blank_follows_a_full_width_stop(name, language):
    mail = in_language(language, MESSAGES[name], recipient="Ω", channel="Ω", links=LINKS)

    lines = [line for line in mail.text.splitlines() if not line.startswith("  ")]
    assert [line for line in lines if re.search("[。：；、，] ", line)] == []


def test_a_count_in_a_table_is_no_day_of_a_month():
    assert [words(each).saying("1") for each in ("en", *SHIPPED)] == ["1"] * 5
    assert words("fr").day(date(2026, 3, 1), year=False) == "1er mars"
    assert words("de").saying("1,234.5") == "1.234,5"


def test_the_day_of_a_price_is_written_as_the_language_writes_days():
    said = [words(each).saying("2026-02-06") for each in ("en", *SHIPPED)]

    assert said == ["2026-02-06", "6. Feb. 2026", "6 févr. 2026", "2026年2月6日", "2026年2月6日"]
    assert words("de").saying("2026-02-31") == "2026-02-31"


def test_quotes_stand_in_the_marks_of_the_language():
    envelope = make_envelope(zone="UTC")

    said = {each: str(outline(in_language(each, alerts()), envelope)) for each in ("en", "de", "fr", "ja")}

    assert "“" in said["en"]
    assert [mark in said[each] for each, mark in (("de", "„"), ("fr", "«"), ("ja", "「"))] == [True] * 3
    assert "“" not in said["ja"]


def test_a_severity_within_a_subject_is_written_as_the_language_writes_it():
    waiting = replace(make_alert_message(make_told(change="updated", severity=Severity.WARNING)), backlog=7)

    said = {each: alert_head(waiting, words(each)).subject for each in ("en", "de", "fr")}

    assert "waited: update, warning: " in said["en"]
    assert "Alarmen: Aktualisierung, Warnung: " in said["de"]
    assert "mise à jour, avertissement" in said["fr"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "9 to 12 Feb"), ("de", "9. bis 12. Feb."), ("ja", "2月9日〜12日"), ("zh", "2月9日至12日")],
)
def test_days_of_one_month_name_it_once_and_those_of_two_years_twice(language, shown):
    clock = Clock(zone=ZoneInfo("UTC"), at=AT, words=words(language))
    coming = DigestDate(
        entry="e", kind="", of="Ω", first=date(2026, 2, 9), last=date(2026, 2, 12), printed="", firm=True
    )

    later = date_view(replace(coming, last=date(2027, 2, 12)), clock).day

    assert date_view(coming, clock).day == shown
    assert later.count("Feb" if language in {"en", "de"} else "2月") == 2


def test_feeds_and_calendars_speak_the_language_of_the_installation():
    told = make_told(change="retracted", headline="Ω", news=("first time",), publisher="", host="", trust=Trust.UNKNOWN)
    entry = make_entry(kind="comment_close", state="lapsed", reason="Ω states it again")

    message = translated(make_alert_message(told), words("zh"))
    assert isinstance(message, AlertMessage)
    item, event = alert_item(message.alerts[0], AT, words("zh")), date_event(entry, (), words("zh"))

    assert item.title == "撤回：Ω"
    assert item.text.splitlines()[0] == "新进展：首次出现"
    assert "发布者未知（可信度未知）、无网址" in item.text
    assert event is not None
    assert event.kind == "征求意见截止"
    assert event.title.startswith("征求意见截止：")
    assert "Ω 再次提及" in event.text


def test_a_table_too_wide_for_plain_text_keeps_its_heads():
    ends = [date(2026, 2, 6) - timedelta(days=7 * each) for each in range(7, -1, -1)]
    weeks = mentions_table([Mentioned(name="Gallium", weeks=(1, 2, 0, 4, 5, 3, 8, 9))], ends)
    assert weeks is not None

    mail = in_language("de", replace(make_digest_message(), numbers=(weeks,))).text

    assert "  Rohstoff: 19. Dez., 26. Dez., 2. Jan., 9. Jan., 16. Jan., 23. Jan.," in mail
    assert "  Gallium: 1, 2, 0, 4, 5, 3, 8, 9" in mail
