"""The shipped rules for jobs on the real documents: what fires, what stays silent, and on which line of a page."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.core.rules.make import reading
from watcher.app.loading import load_rules_alone
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.core.model import Severity
from watcher.core.requirements.running import replay
from watcher.core.requirements.sighting import Sighting
from watcher.core.rules.prefilter import Compiled
from watcher.core.understanding.beside import told_beside

MINE = """\
format: 1
change:
  lists:
    my_suppliers: {add: [northern_rare_earth]}
rules:
  - id: cjk-beside
    title: What cjk-first tells, in teasers of other articles too
    severity: notice
    when:
      event: [export_control, stockpile, production_halt, policy_statement]
      language: [zh, ja, ko]
      in: [title, lead, related]
      as: any
    examples:
      match:
        - {text: "商务部公布对钨、碲相关物项实施出口管制的决定。", trust: authority}
        - "米国防総省がコバルト、リチウム、グラファイトの大規模備蓄を開始した。"
      skip: ["このウェブサイトはCookieを使用します。", "MOFCOM announces export controls on tungsten."]
"""
SUSPENDED = (
    "商务部、海关总署决定暂停实施公告2025年第55号、公告2025年第56号、公告2025年第57号、公告2025年第58号、"
    "公告2025年第61号、公告2025年第62号的出口管制，暂停期限至2026年11月10日。"
)


@pytest.fixture(scope="module")
def rule_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "mine.yaml").write_text(MINE, encoding="utf-8")
    lexicon, _ = read_lexicon(data_dir())
    loaded, _, problems = load_rules_alone(["pack:critical-minerals", "pack:jobs", "mine.yaml"], folder, lexicon)
    assert [str(problem) for problem in problems if "R072" not in str(problem)] == []
    return loaded


@pytest.fixture(scope="module")
def rules(rule_set):
    return Compiled(rule_set)


def fired(rules, article):
    """The matching rules with the words that prove it."""
    text = article.text
    return {
        rule.id: [text[start:end] for proof in judged.evidence for start, end in [(proof.start, proof.end)]]
        for rule, judged in rules.judge_all(article)
        if judged.matched
    }


def firing(real, rules, id_):
    """On which documents a rule fires, and how loudly."""
    return {
        name: judged.severity
        for name, read in real.every.items()
        for rule, judged in rules.judge_all(read.reading)
        if judged.matched and rule.id == id_
    }


def test_the_ministrys_notices_are_urgent_controls_and_the_trade_press_gives_a_notice(rules):
    title = "商务部 海关总署公告2025年第18号 公布对部分中重稀土相关物项实施出口管制的决定"
    for trust, severity in (("authority", Severity.URGENT), ("trade_press", Severity.NOTICE)):
        article = reading(title, language="zh", trust=trust)
        found = {rule.id: judged.severity for rule, judged in rules.judge_all(article) if judged.matched}
        assert found["cn-controls"] is severity


def test_a_suspension_is_a_control_with_its_numbers_and_its_last_day(rules, real):
    article = reading("商务部 海关总署公告2025年第70号", lead=SUSPENDED, language="zh", trust="authority")
    understander = real["R0"].understander
    event = next(each for each in understander.understand(article).account.reported if each.type == "export_control")

    assert "cn-controls" in fired(rules, article)
    assert event.status == "suspended"
    facts = understander.facts(article)
    assert {each.number for each in facts.documents} >= {f"2025-{number}" for number in (55, 56, 57, 58, 61, 62)}
    assert "2026-11-10" in {str(each.last) for each in facts.dates if each.kind == "expires"}


def test_talks_of_ministries_are_no_control_but_a_statement(real, rules):
    assert "cn-controls" not in fired(rules, real["R9"].reading)
    assert real["R9"].types[0] == "policy_statement"


def test_no_article_is_a_quote_of_a_series_or_a_row_of_a_table(real, rules):
    told = {rule for read in real.every.values() for rule in fired(rules, read.reading)}

    assert told.isdisjoint({"ndpr-floor", "ndpr-high", "screening", "screening-off"})


def test_the_silence_of_a_real_feed_is_told_once_after_half_as_long_again_as_its_longest_pause(real, rule_set):
    rule = next(rule for rule in rule_set.rules if rule.id == "source-silent")
    listed = sorted(
        (read for name, read in real.every.items() if name.startswith("R")), key=lambda each: each.article.published
    )
    items = [
        Sighting(
            number=number,
            reading=each.reading,
            seen=each.article.published,
            event=each.article.published,
            story=f"s{number}",
            subject=f"story:s{number}",
        )
        for number, each in enumerate(listed, 1)
    ]
    last = items[-1].seen

    def told(hours):
        ended = last + timedelta(hours=hours)
        return [ruling.at - last for _, ruling in replay([rule], items, ended) if ruling.fires]

    assert told(50) == []
    assert len(told(51)) == 1
    assert told(75) == told(51)


def test_a_page_in_english_with_japanese_teasers_is_silent_unless_teasers_are_asked_for(real, rules):
    found = fired(rules, real["A"].reading)

    assert "cjk-first" not in found
    assert any("備蓄" in words for words in found["cjk-beside"])


def test_the_teasers_lines_tell_who_and_what_and_when(real):
    read = real["A"]
    told = told_beside(read.reading, read.understander.account)

    stock = next(event for event in told if event.type == "stockpile")
    assert set(stock.ids("actor") + stock.ids("party")) == {"dod"}
    assert set(stock.ids("material")) == {"cobalt", "lithium", "graphite"}
    talks = next(event for event in told if event.type == "policy_statement" and event.ids("date") == ("2026-01-12",))
    assert "g7" in talks.ids("actor") + talks.ids("party")
    find = next(event for event in told if event.type == "exploration_result")
    assert "ionic_mineral_technologies" in find.ids("actor") + find.ids("party")
    assert not any(event.reported for event in told)


@pytest.mark.parametrize("line", ["このウェブサイトはCookieを使用します。", "AIによるレポートです。", "AIによる要約"])
def test_banners_tell_nothing(rules, line):
    assert set(fired(rules, reading(line, language="ja"))) == {"source-silent"}, "which counts every article"


def test_an_original_line_fires_before_anybody_translates_it(rules):
    article = reading(
        "财政部:国家储备局开始收储钴", lead="国家储备局周二表示,将收储5000吨钴。", language="zh", trust="wire"
    )

    assert any("收储" in words for words in fired(rules, article)["cjk-first"])


def test_a_projects_ore_type_is_told_from_a_companys_name(real, rules):
    found = {name for name, read in real.every.items() if "ionic-clay" in fired(rules, read.reading)}

    assert found == {"R3", "B4", "P"}


def test_a_companys_name_holds_no_type_of_ore(real, rules):
    for name in ("R21", "B2", "N3"):
        assert "ionic-clay" not in fired(rules, real[name].reading)


def test_no_article_that_only_speaks_of_controls_is_told_as_one(real, rules):
    assert firing(real, rules, "cn-controls") == {}
    assert firing(real, rules, "first-control-on-a-material") == {}


def test_a_suppliers_stop_is_urgent_and_its_growth_a_notice(real, rules):
    assert firing(real, rules, "suppliers") == {"R5": Severity.URGENT, "R16": Severity.NOTICE}
    assert firing(real, rules, "halt-confirmed") == {"R5": Severity.WARNING}


def test_public_money_is_told_and_private_money_and_forecasts_are_not(real, rules):
    assert firing(real, rules, "gov-money") == {
        "R3": Severity.WARNING,
        "R12": Severity.WARNING,
        "R17": Severity.WARNING,
        "B1": Severity.NOTICE,
    }


def test_a_sum_that_is_a_ceiling_is_proved_with_its_up_to(real, rules):
    assert any("up to $6.9 million" in words for words in fired(rules, real["B1"].reading)["gov-money"])


def test_private_money_has_a_rule_of_its_own(real, rules):
    found = firing(real, rules, "big-raises")

    assert set(found) == {"R23"}


def test_a_memorandum_needs_two_parties_and_must_be_signed_wherever_the_article_says_so(real, rules):
    """By title or lead, below a deck, where the body calls the miner "the mining group", and below a mere name."""
    assert set(firing(real, rules, "mous")) == {"N2", "B3", "N3", "B2", "B4", "P"}


def test_dates_of_the_documents_become_entries_and_a_bills_condition_is_none(real):
    with closing(sqlite3.connect(f"{real.database.as_uri()}?mode=ro", uri=True)) as db:
        rows = set(db.execute("select kind, first_day, last_day, conditional, sure from entries"))

    assert rows >= {
        ("expires", "2026-12-31", "2026-12-31", 0, 1),
        ("meeting", "2026-02-09", "2026-02-12", 0, 0),
        ("deadline", None, None, 1, 1),
    }
    assert not any(day is None and not conditional for _, day, _, conditional, _ in rows)
