"""Jobs of the field as rules, through the real pipeline: what fires, what stays silent, and on which line of a page."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.core.rules.make import reading
from watcher.app.loading import load_rules_alone
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.core.model import Severity
from watcher.core.rules.prefilter import Compiled
from watcher.core.understanding.beside import told_beside

RULES = """\
format: 1
lists:
  cn_authorities: {organisations: [mofcom, gacc]}
  my_suppliers: {organisations: [chengdu_ascend, northern_rare_earth]}
rules:
  - id: cn-controls
    title: China imposes, extends or suspends an export control
    severity: {urgent: {trust: [authority, wire]}, else: notice}
    when:
      all:
        - {event: export_control, status: [announced, in_force, suspended, extended, expired], actor: cn_authorities}
      none:
        - {words: [internet export, video game], in: top}
    examples:
      match:
        - {text: "商务部 海关总署公布对钐、钆、铽等物项实施出口管制的决定，自公布之日起实施。", trust: authority, gives: urgent}
        - text: "China's Ministry of Commerce suspends its export controls on gallium and germanium until 10 November."
          gives: notice
      skip:
        - "In early April China introduced export controls on seven rare earths, the miner recalled in its quarterly report."
        - "Beijing may be weighing new export controls on tungsten, according to unconfirmed reports."
  - id: suppliers
    title: A supplier of ours stops, is sold or expands
    severity:
      urgent: {event: production_halt, status: [actual, rumoured], material: [smco_magnet, samarium, dysprosium, terbium]}
      warning: {event: production_halt, status: [actual, rumoured]}
      else: notice
    when: {event: [production_halt, capacity_expansion, acquisition], status: [actual, rumoured], party: my_suppliers}
    examples:
      match:
        - text: "Chengdu Ascend has suspended samarium-cobalt magnet production, according to industry sources."
          gives: urgent
        - "Northern Rare Earth opens a second separation line in Baotou."
      skip:
        - "The miner halted exports of ore to China in May."
        - "The bill would suspend, revise or rescind regulations that Northern Rare Earth has fought."
  - id: cjk-first
    title: Control, stockpile or stop first told in Chinese, Japanese or Korean
    severity: warning
    when: {event: [export_control, stockpile, production_halt], language: [zh, ja, ko], in: [title, lead]}
    examples:
      match:
        - {text: "商务部公布对钨、碲相关物项实施出口管制的决定。", source: mofcom, trust: authority}
        - "米国防総省がコバルト、リチウム、グラファイトの大規模備蓄を開始した。"
      skip: ["このウェブサイトはCookieを使用します。", "MOFCOM announces export controls on tungsten."]
  - id: cjk-beside
    title: The same, in teasers of other articles too
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
  - id: ionic-clay
    title: Ionic clay projects
    severity: notice
    when: {any: [{material: ionic_clay}, {place: [pela_ema, makuutu, colossus, caldeira, kelantan]}]}
    examples:
      match: ["Serra Verde's Pela Ema mine ships its first mixed carbonate.", "Drilling extends the ion-adsorption clay at the new licence."]
      skip:  ["Ionic liquids dissolve magnet scrap in a new study.", "Ionic Rare Earths appoints a finance director."]
  - id: gov-money
    title: Public money for minerals
    severity: {warning: {event: [government_funding, stockpile], amount: ">= 100 million USD"}, else: notice}
    when:
      event: [government_funding, stockpile]
      actor: [agency, ministry, financier, government, programme]
      amount: ">= 5 million USD"
    examples:
      match:
        - {text: "DFC commits $565 million in financing to Serra Verde's rare earth mine, with an option on equity.", gives: warning}
        - {text: "The US Army pledged up to $6.9 million to Perpetua for antimony trisulfide.", gives: notice, because: [up to]}
      skip:
        - "ReElement secured a $200 million equity facility from Transition Equity Partners."
        - "The market for gallium will reach $21.5 billion by 2034, a forecast says."
  - id: mous
    title: Memorandum of understanding signed
    severity: notice
    when: {event: mou_partnership, status: signed, parties: 2}
    examples:
      match:
        - text: "Ionic Rare Earths and US Strategic Metals signed a non-binding memorandum of understanding on 10 November."
          date: 2025-11-26
        - "USA Rare Earth and PolarStar Magnetics have signed a memorandum of understanding."
      skip:
        - "A possible EU-U.S. memorandum on minerals is under discussion, officials were reported as saying."
        - "In October Washington signed a memorandum of understanding with Malaysia, the report recalled."
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "jobs.yaml").write_text(RULES, encoding="utf-8")
    lexicon, _ = read_lexicon(data_dir())
    rule_set, _, problems = load_rules_alone(["jobs.yaml"], folder, lexicon)
    assert problems == ()
    return Compiled(rule_set)


def fired(rules, article):
    """The matching rules with the words that prove it."""
    text = article.text
    return {
        rule.id: [text[start:end] for proof in judged.evidence for start, end in [(proof.start, proof.end)]]
        for rule, judged in rules.judge_all(article)
        if judged.matched
    }


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
    assert fired(rules, reading(line, language="ja")) == {}


def test_an_original_line_fires_before_anybody_translates_it(rules):
    article = reading(
        "财政部:国家储备局开始收储钴", lead="国家储备局周二表示,将收储5000吨钴。", language="zh", trust="wire"
    )

    assert any("收储" in words for words in fired(rules, article)["cjk-first"])


def test_a_projects_ore_type_is_told_from_a_companys_name(real, rules):
    found = {name for name, read in real.every.items() if "ionic-clay" in fired(rules, read.reading)}

    assert found == {"R3", "B4", "P"}


def test_no_article_that_only_speaks_of_controls_is_told_as_one(real, rules):
    assert [name for name, read in real.every.items() if "cn-controls" in fired(rules, read.reading)] == []


def test_a_suppliers_stop_is_urgent_and_its_growth_a_notice(real, rules):
    found = {
        name: judged.severity
        for name, read in real.every.items()
        for rule, judged in rules.judge_all(read.reading)
        if judged.matched and rule.id == "suppliers"
    }

    assert found == {"R5": Severity.URGENT, "R16": Severity.NOTICE}


def test_public_money_is_told_and_private_money_and_forecasts_are_not(real, rules):
    found = {name for name, read in real.every.items() if "gov-money" in fired(rules, read.reading)}

    assert found >= {"R3", "B1"}
    assert found.isdisjoint({"R13", "R15", "R23", "A"})


def test_a_memorandum_needs_two_parties_and_must_be_signed(real, rules):
    found = {name for name, read in real.every.items() if "mous" in fired(rules, read.reading)}

    assert found >= {"N2"}
    assert found.isdisjoint({"R9", "R11", "A"})
    assert found <= {"N2", "N3", "N4", "B2", "B3", "B4", "P"}


def test_dates_of_the_documents_become_entries_and_a_bills_condition_is_none(real):
    with closing(sqlite3.connect(f"{real.database.as_uri()}?mode=ro", uri=True)) as db:
        rows = set(db.execute("select kind, first_day, last_day, conditional, sure from entries"))

    assert rows >= {
        ("expires", "2026-12-31", "2026-12-31", 0, 1),
        ("meeting", "2026-02-09", "2026-02-12", 0, 0),
        ("deadline", None, None, 1, 1),
    }
    assert not any(day is None and not conditional for _, day, _, conditional, _ in rows)
