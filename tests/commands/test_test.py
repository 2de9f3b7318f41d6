"""`watcher test`: the examples of rules run, failures with their place, and a count."""

from __future__ import annotations

import pytest

from watcher.cli import main

RULES = """format: 1
rules:
  - id: bans
    title: Export bans
    severity: notice
    when: {words: [export ban]}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
  - id: bills
    title: Bills
    severity: notice
    when: {words: [bill]}
    examples:
      match: ["A bill on gallium.", "The bill passes."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(text, *words, config=None):
        (tmp_path / "mine.yaml").write_text(text, "utf-8")
        if config is not None:
            (tmp_path / "watcher.yaml").write_text(config, "utf-8")
        code = main(["test", *words])
        return code, *capsys.readouterr()

    return run


def test_examples_that_hold_are_counted(run):
    assert run(RULES, "mine.yaml") == (0, "8 examples of 2 rules passed\n", "")


def test_a_failing_example_is_told_with_its_place(run):
    code, out, err = run(RULES.replace('"The bill passes."', '"The law passes."'), "mine.yaml")

    assert code == 1
    assert out == "7 examples of 2 rules passed, 1 failed\n"
    assert err.startswith("mine.yaml:15:37 error[R050] example match[1] does not match")


def test_rules_that_are_not_sound_are_a_faulty_configuration(run):
    code, out, err = run(RULES.replace("words: [bill]", "wrods: [bill]"), "mine.yaml")

    assert (code, out) == (78, "")
    assert "error[R012]" in err
    assert err.splitlines()[1:] == [
        "what is not sound, or leans on it, can't be tested; of all other examples none failed; time lines were not run"
    ]


def test_beside_a_failing_example_the_time_lines_run(run):
    line = """tests:
  - name: a-day
    rules: [bills]
    start: 2026-03-02T09:00Z
    setup: {sources: {wire: {trust: wire}}, routes: {desk: {}}}
    steps:
      - {at: 0m, article: {id: a1, source: wire, text: "A bill on gallium."}}
      - {at: 1m, expect: {alerts: [{rule: bills, story: a1}]}}
"""
    wrong = RULES.replace('"The bill passes."', '"The law passes."')

    code, out, _ = run(wrong + line, "mine.yaml")
    assert (code, out) == (1, "7 examples of 2 rules passed, 1 failed\n1 time line passed\n")
    code, out, _ = run(wrong + line.replace("{rule: bills, story: a1}", ""), "mine.yaml")
    assert (code, out) == (1, "7 examples of 2 rules passed, 1 failed\n0 time lines passed, 1 failed\n")


def test_without_a_file_the_configurations_rules_are_run(run):
    config = """operator: {contact: ops@example.org, route: all}
sources:
  reex: {kind: feed, url: "https://e.example/feed", trust: trade_press}
channels:
  out: {kind: file, path: out.txt}
routes:
  all: {channels: [out]}
rules: [mine.yaml]
"""

    assert run(RULES, config=config)[:2] == (0, "8 examples of 2 rules passed\n")


def test_a_file_that_names_what_other_files_define_is_tested_beside_them(run, tmp_path):
    (tmp_path / "lists.yaml").write_text("format: 1\nlists: {bills: {words: [bill]}}\n" + RULES.partition("\n")[2])
    mine = RULES.replace("id: b", "id: my-b").replace("[bill]", "<bills>")
    config = """operator: {contact: ops@example.org, route: all}
sources:
  reex: {kind: feed, url: "https://e.example/feed", trust: trade_press}
channels:
  out: {kind: file, path: out.txt}
routes:
  all: {channels: [out]}
rules: [lists.yaml, mine.yaml]
"""

    assert run(mine, "mine.yaml", config=config) == (0, "8 examples of 2 rules passed\n", "")
    code, _, err = run(mine.replace("<bills>", "<bils>"), "mine.yaml")
    assert (code, err.count("unknown list")) == (78, 1)
    assert 'did you mean "<bills>"?' in err
    wrong = mine.replace("my-bans", "bans").replace("[export ban]", "<bans>")
    assert 'unknown list "<bans>"' in run(wrong, "mine.yaml")[2]


def test_without_any_configuration_it_says_where_it_looked(run):
    code, _, err = run(RULES)

    assert code == 78
    assert "watcher init" in err


def test_the_shipped_pack_passes(run):
    code, out, _ = run(RULES, "pack:critical-minerals")

    assert code == 0
    assert out.endswith(" rules passed\n")
