"""Jobs of the field as rules, through the real pipeline: what fires, what stays silent, and on which line of a page."""

from __future__ import annotations

import pytest

from tests.core.rules.make import reading
from watcher.app.loading import load_rules_alone
from watcher.config import data_dir
from watcher.config.lexicon import read_lexicon
from watcher.core.rules.prefilter import Compiled
from watcher.core.understanding.beside import told_beside

RULES = """\
format: 1
rules:
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
