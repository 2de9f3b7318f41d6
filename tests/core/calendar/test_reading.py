from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

import pytest

from tests.core.calendar.make import article, read, understander
from watcher.core.calendar.reading import dates_read
from watcher.core.model import Trust, Zone


def stated(reading, zone="UTC"):
    return [(each.kind, each.last) for each in read(reading, zone).statements if each.part == "states"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "MOFCOM suspends its export controls on holmium until 10 November 2026.",
            "en",
            ("expires", date(2026, 11, 10)),
        ),
        ("商务部公告暂停实施对钬的出口管制，暂停期限至2026年11月10日。", "zh", ("expires", date(2026, 11, 10))),
        (
            "The tariff on gallium will take effect on 1 April 2026, the Commerce Department said.",
            "en",
            ("effective", date(2026, 4, 1)),
        ),
        ("商务部公布对锑相关物项实施出口管制的决定，自2026年9月15日起实施。", "zh", ("effective", date(2026, 9, 15))),
        ("経済産業省、ガリウムの輸出管理を強化、2026年4月1日から施行", "ja", ("effective", date(2026, 4, 1))),
        (
            "BIS proposes export controls on graphite; comments must be received by March 3, 2026.",
            "en",
            ("comment_close", date(2026, 3, 3)),
        ),
        (
            "BIS proposes export controls on graphite; comments must be received by 5 p.m. ET on March 3, 2026.",
            "en",
            ("comment_close", date(2026, 3, 3)),
        ),
        (
            "The ministry suspends export controls on gallium through November 2026.",
            "en",
            ("expires", date(2026, 11, 30)),
        ),
        (
            "The offtake agreement for dysprosium now expires at the end of 2026, the miner said.",
            "en",
            ("expires", date(2026, 12, 31)),
        ),
    ],
)
def test_a_date_to_come_is_stated_with_its_kind_and_its_sentence(text, language, expected):
    reading = article(text, language=language, trust=Trust.AUTHORITY)

    assert stated(reading) == [expected]
    (found, *_) = read(reading).statements
    low, high = found.sentence
    assert low <= found.start < found.end <= high
    assert found.text in " ".join(reading.text[low:high].split())
    assert found.of.words


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("MOFCOM suspended its export controls on holmium until 10 November 2025.", "the day lies in the past"),
        ("China's export controls on gallium take effect on 1 February 2026.", "it is the article's own day"),
        (
            "MOFCOM's export controls on gallium take effect on 3 February 2025.",
            "the year looks like a slip of the pen",
        ),
        (
            "The bill would, opponents of export controls on gallium say, change prices within 10 days.",
            "does not say when",
        ),
    ],
)
def test_what_is_no_date_to_come_makes_no_entry_and_says_why(text, reason):
    found = read(article(text))

    assert [each.part for each in found.statements if each.part == "states"] == []
    assert any(reason in each.reason for each in found.passed), found.passed


def test_a_day_of_nothing_makes_no_entry():
    found = read(article("The exhibition of garden chairs runs until 10 November 2026."))

    assert found.statements == ()
    assert [each.reason for each in found.passed] == ["nothing says what it is the date of"] * 2


def test_what_stands_beside_the_news_is_not_looked_at():
    text = "MOFCOM suspends its export controls on holmium."
    reading = article(text, body="The suspension of the export controls runs until 10 November 2026.")
    related = replace(reading.zones[2], zone=Zone.RELATED)
    beside = replace(reading, zones=(*reading.zones[:2], related))

    assert stated(reading) == [("expires", date(2026, 11, 10))]
    assert stated(beside) == []


@pytest.mark.parametrize(
    ("text", "sure", "conditional"),
    [
        ("MOFCOM suspends its export controls on holmium until 10 November 2026.", True, False),
        ("China's export controls on antimony may take effect on 1 April 2026.", False, False),
        (
            "The export controls on antimony are expected to take effect on 1 April 2026, the ministry said.",
            False,
            False,
        ),
        (
            "The ministry's export controls on antimony take effect on 1 April 2026 if the bill is passed.",
            True,
            True,
        ),
        (
            "Export controls on antimony take effect on 1 April 2026, if goods hold 0.1 %, the ministry announced.",
            True,
            False,
        ),
    ],
)
def test_what_is_only_expected_or_hangs_on_something_is_marked(text, sure, conditional):
    found = next(each for each in read(article(text)).statements if each.part == "states")

    assert (found.sure, found.conditional) == (sure, conditional)


def test_within_ten_days_of_its_passage_is_conditional_and_has_no_day():
    text = "The House passed a bill on critical minerals that requires the Interior Department to list projects within 10 days."
    found = [each for each in read(article(text)).statements if each.part == "states"]

    assert [(each.kind, each.last, each.conditional, each.text) for each in found] == [
        ("deadline", None, True, "within 10 days")
    ]


@pytest.mark.parametrize(
    ("clock", "time", "zone"),
    [
        ("by 5 p.m. ET on March 3, 2026", "17:00", "America/New_York"),
        ("by 11:59 p.m. EST on March 3, 2026", "23:59", "America/New_York"),
        ("by 17:00 CET on March 3, 2026", "17:00", "Europe/Brussels"),
        ("by March 3, 2026", "", "Asia/Tokyo"),
        ("by noon on March 3, 2026", "", "Asia/Tokyo"),
    ],
)
def test_a_time_of_the_day_and_its_zone_are_kept_else_the_day_is_the_sources(clock, time, zone):
    text = f"BIS proposes export controls on graphite; comments must be received {clock}."
    found = next(each for each in read(article(text), "Asia/Tokyo").statements if each.part == "states")

    assert (found.time, found.zone) == (time, zone)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The one-year reprieve on rare earth export restrictions that China granted is nearing its end.", "en"),
        ("The suspension of China's export controls on gallium is about to expire.", "en"),
        ("China's waiver of export controls on graphite is set to lapse soon, exporters fear.", "en"),
        ("中国对镓的出口管制暂停措施即将到期。", "zh"),
    ],
)
def test_an_end_that_nears_without_its_day_is_named_and_not_dated(text, language):
    found = read(article(text, language=language)).statements

    assert {each.part for each in found} >= {"names"}
    assert all(each.last is None for each in found)
    assert {"export_control"} & next(each for each in found if each.part == "names").of.types


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("MOFCOM extends the suspension of its export controls on holmium.", "extended"),
        ("MOFCOM lets the suspension of export controls on holmium expire.", "expired"),
        ("China's export controls on gallium took effect today, the commerce ministry said.", "in_force"),
    ],
)
def test_a_reported_fate_settles(text, outcome):
    assert [each.outcome for each in read(article(text)).statements if each.part == "settles"][:1] == [outcome]


@pytest.mark.parametrize(
    "text",
    [
        "Will MOFCOM extend the suspension of its export controls on holmium?",
        "MOFCOM may extend the suspension of its export controls on holmium, unconfirmed reports say.",
        "MOFCOM did not extend the suspension of its export controls on holmium.",
    ],
)
def test_a_rumour_or_a_denial_settles_nothing(text):
    assert [each for each in read(article(text)).statements if each.part == "settles"] == []


@pytest.mark.parametrize(
    "text", ["", "x", "2026", "11 10 2026 " * 200, "10 November 2026", "until 10 November 2026 " * 60]
)
def test_an_odd_text_gives_an_empty_honest_result(text):
    found = read(article(text, language="und"))

    assert len(found.statements) <= 16
    assert all(0 <= each.start < each.end for each in (*found.statements, *found.passed))


def test_the_nearest_of_too_many_dates_are_kept_and_the_others_pass_with_a_reason():
    days = [*range(20, 10, -1), *range(1, 11)]
    body = "\n".join(f"MOFCOM suspends its export controls on holmium until {day} November 2026." for day in days)

    found = read(article("MOFCOM suspends its export controls on holmium", body=body))

    assert sorted(each.last.day for each in found.statements if each.part == "states") == list(range(1, 17))
    assert [each.reason for each in found.passed] == ["the article gives more than 16 dates: the nearest are kept"] * 4


@pytest.mark.parametrize(
    "words",
    [
        "MOFCOM suspends export controls on gallium until 10 November 2026 ",
        "exporters must comply with the controls on gallium within 10 days and ",
        "deadline ",
    ],
    ids=["one date", "no day", "ends"],
)
def test_one_endless_sentence_does_not_hold_up_the_writer(words):
    reading = article("MOFCOM suspends export controls on gallium.", body=words * (400_000 // len(words)))
    facts, account, names = understood(reading)
    before = process_time()

    dates_read(reading, facts, account, names, "UTC")

    assert process_time() - before < 0.5


def understood(reading):
    mind = understander()
    mind.names.find(reading)
    return mind.facts(reading), mind.account(reading), mind.names
