"""`watcher diff`: alerts gained and lost by other rules, over history and over examples, with the clause that decided."""

from __future__ import annotations

import json

import pytest

from tests.pipeline.world import CONFIG, RULES, entry, plain, world
from watcher.cli import main

TITLE = RULES.replace("{words: [export ban]}", "{words: [export ban], in: title}").replace(
    "else: warning", "else: notice"
)
MINES = """\
format: 1
rules:
  - id: mines
    title: A mine
    severity: notice
    when: {words: [mine]}
    examples: {match: ["A mine opens.", "The mine."], skip: ["Gold.", "Nothing."]}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(new, *words, stored=True):
        (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
        (tmp_path / "watcher.yaml").write_text(CONFIG, "utf-8")
        (tmp_path / "new.yaml").write_text(new, "utf-8")
        capsys.readouterr()
        code = main(["diff", "rules.yaml", "new.yaml", *words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
async def stored(tmp_path):
    async with world(tmp_path) as here:
        await here.publish(
            "wire",
            entry("one"),
            entry("two", title="Shares of miners rise", content_html="<p>Since an export ban on antimony began.</p>"),
            plain("three"),
        )


def test_the_same_rules_tell_the_same(stored, run):
    assert run(RULES) == (0, "0 gained, 0 lost, 0 of another severity, by what is stored\n", "")


def test_lost_and_quieter_alerts_are_told_with_the_clause_that_decided(stored, run):
    code, out, err = run(TITLE)

    assert (code, err) == (1, "")
    assert sorted(out.splitlines()) == sorted(
        [
            "~ 2026-03-02 09:00  warning -> notice  bans: Ministry announces export ban on gallium",
            "- 2026-03-02 09:00  warning  bans: Shares of miners rise",
            "    NEW: when: words: export ban, in title: no item occurs in title",
            "0 gained, 1 lost, 1 of another severity, by what is stored",
        ]
    )


def test_rules_that_only_one_set_has_are_gained_and_lost(stored, run):
    code, out, _ = run(MINES, "--json")

    found = json.loads(out)
    assert code == 1
    assert {(each["rule"], each["was"], each["now"], each["why"]) for each in found} == {
        ("bans", "warning", None, "there is no such rule"),
        ("mines", None, "notice", "there is no such rule"),
    }


def test_without_history_the_examples_of_both_are_compared(run):
    code, out, _ = run(
        RULES.replace("An export ban on antimony.", "An export curb on antimony.").replace(
            "[export ban]", "[export curb]"
        )
    )

    assert code == 1
    assert "- match[0]  warning  bans: Country sets an export ban on gallium." in out
    assert "+ match[1]  warning  bans: An export curb on antimony." in out
    assert out.endswith("by the examples of both\n")


def test_two_configurations_are_compared(stored, run, tmp_path, capsys):
    run(RULES)
    (tmp_path / "other.yaml").write_text(CONFIG.replace("rules.yaml", "new.yaml"), "utf-8")
    (tmp_path / "new.yaml").write_text(TITLE, "utf-8")

    assert main(["diff", "watcher.yaml", "other.yaml"]) == 1
    assert "0 gained, 1 lost, 1 of another severity" in capsys.readouterr().out
    assert main(["diff", "watcher.yaml", "nowhere.yaml"]) == 2
