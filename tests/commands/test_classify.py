"""`watcher classify`: one line out for each line in, reports and mentions apart, and bad lines told without stopping."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.cli import main
from watcher.commands.classify import LONGEST_LINE

CONTROL = "China's Ministry of Commerce announces export controls on gallium and germanium, effective next month."
RULES = """format: 1
rules:
  - id: bans
    title: Export bans
    severity: {urgent: {trust: authority}, else: notice}
    when: {words: [export ban]}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


@pytest.fixture
def run(tmp_path, capfd):
    def run(*lines, rules=None, name=None):
        path = tmp_path / "articles.jsonl"
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
        code = main(["classify", name or str(path), *(["--rules", rules] if rules else [])])
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "export_control.yaml"
    path.write_text(RULES, "utf-8")
    return str(path)


def test_an_article_gets_its_types_materials_story_and_alerts(run):
    code, found, _ = run({"id": "a", "title": CONTROL, "url": "https://www.mofcom.gov.cn/a", "text": CONTROL})

    assert code == 0
    assert found == [
        {
            "id": "a",
            "event_types": ["export_control"],
            "mentions": [],
            "materials": ["Ga", "Ge"],
            "companies": ["MOFCOM"],
            "story_id": "a",
            "alerts": ["export-controls"],
        }
    ]


@pytest.fixture
def own(tmp_path):
    """A command whose rules name an organisation of one's own, and the table that has it."""
    names, rules, articles = (tmp_path / name for name in ("names.csv", "rules.yaml", "articles.jsonl"))
    names.write_text("name,id\nHarrow Widgets,harrow_widgets\n", "utf-8")
    rules.write_text(
        RULES.replace("{words: [export ban]}", "{organisation: harrow_widgets}")
        .replace("An export ban on gallium.", "Harrow Widgets opens.")
        .replace("The export ban begins.", "Harrow Widgets closes."),
        "utf-8",
    )
    articles.write_text(json.dumps({"id": "a", "title": "Harrow Widgets halts output"}), "utf-8")
    return ["classify", str(articles), "--rules", str(rules)], str(names)


def test_rules_with_names_of_ones_own_are_refused_with_a_word_on_the_option(own, capfd):
    assert main(own[0]) == 78

    said = capfd.readouterr().err
    assert 'unknown organisation "harrow_widgets"' in said
    assert "--lexicon" in said


@pytest.mark.slow
def test_names_of_ones_own_are_given_with_an_option(own, capfd):
    command, names = own

    assert main([*command, "--lexicon", names]) == 0
    assert json.loads(capfd.readouterr().out)["companies"] == ["Harrow Widgets"]


def test_what_is_told_as_history_is_a_mention(run):
    text = "In early April China's Ministry of Commerce introduced export controls on gallium, the miner recalled."

    _, found, _ = run({"id": "a", "title": "Gallium miner reports higher output", "text": text, "date": "2025-09-01"})

    assert "export_control" not in found[0]["event_types"]
    assert "export_control" in found[0]["mentions"]


def test_the_links_host_says_whom_to_trust(run, rules):
    article = {"title": "An export ban on tungsten"}

    _, found, _ = run(
        {"id": "a", **article, "url": "https://www.federalregister.gov/x", "date": "2026-01-01"},
        {"id": "b", **article, "url": "https://blog.example/x", "date": "2026-06-01"},
        rules=rules,
    )

    assert [each["alerts"] for each in found] == [["bans"], []]


def test_empty_and_missing_fields_are_fine(run, rules):
    code, found, _ = run({}, {"id": None, "title": "", "text": None, "date": "soon"}, rules=rules)

    assert code == 0
    assert [each["story_id"] for each in found] == ["line-1", "line-2"]


def test_the_same_text_or_link_is_one_story_of_the_first_ones_id(run, rules):
    text = "The refinery in the north has signed for five years of feed. " * 6
    lines = [
        {"id": "a", "title": "Refinery signs", "text": text, "date": "2026-01-02"},
        {"id": "b", "title": "Deal at the refinery", "text": text, "date": "2026-01-05"},
        {"id": "c", "title": "Years later", "text": text, "date": "2029-01-05"},
        {"id": "d", "title": "One", "url": "https://e.example/n/1?utm_source=x", "text": "Short one here."},
        {"id": "e", "title": "Two", "url": "https://e.example/n/1", "text": "Another text."},
    ]

    _, found, _ = run(*lines, rules=rules)

    assert {each["id"]: each["story_id"] for each in found} == {"a": "a", "b": "a", "c": "c", "d": "d", "e": "d"}


def test_a_numeric_id_stays_a_number(run, rules):
    code, found, _ = run({"id": 7, "title": "Mine opens", "text": "x"}, rules=rules)

    assert code == 0
    assert (found[0]["id"], found[0]["story_id"]) == (7, "7")


def test_a_bad_line_is_told_with_its_number_and_the_rest_goes_on(run, rules):
    code, found, err = run(
        b"{nonsense", b"", {"id": []}, b"[1]", b'{"id": "\xff"}', b"[" * 100_000, {"id": "z"}, rules=rules
    )

    assert code == 1
    assert [each["id"] for each in found] == ["z"]
    assert [line.split(":")[1] for line in err.splitlines()] == ["1", "3", "4", "5", "6"]


def test_half_a_surrogate_pair_costs_one_character(run, rules):
    code, found, err = run(
        rb'{"id": "a\ud83d", "title": "An export ban \ud800 on gallium", "text": "\u0000 \uDC00"}',
        rb'{"id": "b", "title": "\ud800',
        rb'{"id": "c", "title": "\ud83d\ude00 An export ban"}',
        rules=rules,
    )

    assert code == 1
    assert [one["id"] for one in found] == ["a?", "c"]
    assert err.count("articles.jsonl:") == 1
    assert "articles.jsonl:2: " in err


def test_a_line_too_long_is_told_and_passed_over(run, rules):
    code, found, err = run({"id": "a", "text": "x" * LONGEST_LINE}, {"id": "b"}, rules=rules)

    assert (code, [each["id"] for each in found]) == (1, ["b"])
    assert ":1: longer than 8,388,608 bytes" in err


def test_a_dash_is_standard_input(rules):
    line = "\ufeff" + json.dumps({"id": "é"}, ensure_ascii=False)

    done = subprocess.run(
        [sys.executable, "-m", "watcher", "classify", "-", "--rules", rules],
        input=line.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert json.loads(done.stdout)["id"] == "é"


def test_a_missing_file_is_misuse_and_a_bad_rule_file_a_faulty_configuration(run, tmp_path):
    broken = Path(tmp_path / "broken.yaml")
    broken.write_text("format: 1\nrules: 7\n", "utf-8")

    assert run({"id": "a"}, name=str(tmp_path / "none.jsonl"))[0] == 2
    code, found, err = run({"id": "a"}, rules=str(broken))
    assert (code, found) == (78, [])
    assert "broken.yaml:2:8 error[R008]" in err
