"""`watcher try`: a text, a file or a page judged by all rules, clause by clause; nothing is stored."""

from __future__ import annotations

import json

import pytest

from tests.pipeline.world import CONFIG, RULES
from watcher.cli import main
from watcher.core.rules.model import Rule

MINES = """\
  - id: mines
    title: A mine of gallium
    severity: notice
    when: {all: [{words: [mine]}, {words: [gallium], in: title}]}
    examples: {match: ["A gallium mine.", "The gallium mine."], skip: ["The mine.", "Nothing."]}
"""
PAGE = """<html><head><title>Ministry announces export ban</title></head><body><article>
<h1>Ministry announces export ban</h1>
<p>The ministry announced an export ban on gallium and germanium on Monday, in force from the first of May.</p>
<p>Buyers of both metals were told by letter that licences which are open today will be honoured until the summer.</p>
<p>Traders expect prices to rise, since no other country refines as much of either metal, and stocks abroad are low.</p>
</article></body></html>"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES + MINES, "utf-8")
    (tmp_path / "watcher.yaml").write_text(CONFIG, "utf-8")

    def run(*words):
        capsys.readouterr()
        code = main(["try", *words])
        return code, *capsys.readouterr()

    return run


def test_a_text_is_judged_by_all_rules_clause_by_clause(run, tmp_path):
    code, out, err = run("Ministry announces an export ban on gallium.")

    assert (code, err) == (0, "")
    assert "RULE bans: An export ban is announced\n  matches, warning\n  yes  when: words: export ban" in out
    assert "> Ministry announces an *export ban* on gallium.  [title]" in out
    assert "DO NOT MATCH, 1 of 2; what decided (more: --rule R):\n  mines: words: mine: no item occurs" in out
    assert not (tmp_path / "watcher.db").exists()


def test_no_rule_is_written_out_in_words_for_nobody(run, monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(Rule, "__repr__", lambda rule: written.append(rule.id) or rule.id)

    assert run("An export ban on gallium.")[0] == 0
    assert written == []


def test_whom_it_comes_from_can_be_said(run):
    code, out, _ = run("An export ban on gallium.", "--source", "ministry", "--json")

    found = {each["rule"]: each for each in json.loads(out)["rules"]}
    assert code == 0
    assert (found["bans"]["matches"], found["bans"]["severity"]) == (True, "urgent")
    assert found["mines"]["decided_by"]["clause"] == "when.all[0]"


def test_one_rule_is_shown_though_it_does_not_match(run):
    code, out, _ = run("A mine opens.", "--rule", "mines")

    assert code == 0
    assert "does not match; what decided: words: gallium, in title: no item occurs in title (when.all[1])" in out
    assert "yes  words: mine" in out
    assert "DO NOT MATCH" not in out


def test_a_file_is_title_and_text(run, tmp_path):
    (tmp_path / "article.txt").write_text(
        "Shares rise\n\nThe mine reopens.\n\nAn export ban on gallium is near.", "utf-8"
    )

    code, out, _ = run("article.txt")

    assert code == 0
    assert out.startswith("Shares rise\n")
    assert "> An *export ban* on gallium is near." in out


def test_a_page_is_read_as_the_daemon_reads_it(run, tmp_path):
    (tmp_path / "page.html").write_text(PAGE, "utf-8")

    code, out, _ = run("page.html")

    assert code == 0
    assert out.startswith("Ministry announces export ban\n")
    assert "RULE bans" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["x", "--rule", "bnas"], 2, 'unknown rule "bnas", did you mean "bans"?'),
        (["x", "--source", "wier"], 2, 'unknown source "wier", did you mean "wire"?'),
        (["x", "--date", "soon"], 1, '"soon" is no date'),
        ([" "], 1, "there is nothing in it"),
        (["http://127.0.0.1:9/page"], 1, "try: "),
    ],
)
def test_what_can_not_be_tried_is_said(run, words, code, said):
    found, out, err = run(*words)

    assert (found, out) == (code, "")
    assert said in err


@pytest.mark.parametrize("item", ["nofile.txt", "./nofile", "/tmp", "news/page.html", "mining.example.com"])
def test_the_name_of_a_file_that_is_not_there_is_no_text(run, item):
    code, out, err = run(item)

    assert (code, out) == (1, "")
    assert f"try: {item}: there is no such file" in err


@pytest.mark.parametrize("item", ["Gallium.", "U.S.", "对镓实施出口管制。", "Al2O3/SiO2", "1.5", "a. B"])
def test_a_short_text_is_a_text(run, item):
    assert run(item)[0] == 0


def test_a_rule_whose_example_fails_can_be_tried_so_that_one_sees_why(run, tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES + MINES.replace("A gallium mine.", "A tin mine."), "utf-8")

    assert main(["check"]) != 0
    code, out, err = run("A tin mine.", "--rule", "mines")

    assert (code, err) == (0, "")
    assert "does not match; what decided: words: gallium" in out
