"""`watcher backtest`: one rule or a file of rules over what is stored, with what was told then."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.pipeline.world import MONDAY, entry, plain, world
from watcher.cli import main

OTHER = """\
format: 1
rules:
  - id: bans
    title: An export ban in the title
    severity: urgent
    when: {words: [export ban], in: title}
    examples: {match: ["An export ban.", "The export ban."], skip: ["The mine.", "Nothing."]}
  - id: mines
    title: A mine
    severity: notice
    when: {words: [mine]}
    examples: {match: ["A mine opens.", "The mine."], skip: ["Gold.", "Nothing."]}
"""


@pytest.fixture
async def stored(tmp_path):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("one"), plain("two"))
        here.now = MONDAY + timedelta(hours=1)
        await here.publish("daily", entry("three", title="Shares rise", link="https://daily.example/three"))
    return tmp_path


@pytest.fixture
def run(stored, monkeypatch, capsys):
    monkeypatch.chdir(stored)

    def run(*words):
        capsys.readouterr()
        code = main(["backtest", *words])
        return code, *capsys.readouterr()

    return run


def test_a_rule_of_the_configuration_is_replayed_with_what_was_told_then(run):
    code, out, err = run("bans")

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2026-03-02 09:00  warning  raised           bans: Ministry announces export ban on gallium"
    assert lines[1].endswith("then raised, told on route:desk, digest:weekly")
    assert lines[-2] == "bans: 2 matches; looked at 2 of 3 articles, by the words that they must have"
    assert lines[-1].startswith("  raised ")


def test_a_file_stands_in_for_what_it_redefines(run, stored):
    (stored / "mine.yaml").write_text(OTHER, encoding="utf-8")

    code, out, _ = run("mine.yaml", "--json")

    found = json.loads(out)
    assert code == 0
    assert {(each["rule"], each["severity"], each["reason"], each["then"] is None) for each in found["matches"]} == {
        ("bans", "urgent", "raised", False),
        ("mines", "notice", "raised", True),
    }
    assert found["reasons"] == {"raised": 2}


def test_a_span_leaves_out_what_lies_before(run):
    code, out, _ = run("bans", "--since", "2026-03-02T09:30Z")

    assert code == 0
    assert "bans: 1 match; looked at 1 of 1 article" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["bnas"], 1, 'unknown rule "bnas", did you mean "bans"?'),
        (["bans", "--since", "soon"], 2, '"soon" is no duration'),
    ],
)
def test_what_is_not_there_is_said(run, words, code, said):
    found, out, err = run(*words)

    assert (found, out) == (code, "")
    assert said in err


def test_nothing_is_changed(run, stored):
    before = (stored / "watcher.db").read_bytes()

    run("bans")

    assert (stored / "watcher.db").read_bytes() == before


async def test_what_was_taken_back_has_the_title_of_its_time(tmp_path, monkeypatch, capsys):
    async with world(tmp_path) as here:
        await here.publish("wire", entry("one"))
        here.now = MONDAY + timedelta(hours=1)
        await here.publish("wire", plain("one"))
    monkeypatch.chdir(tmp_path)

    assert main(["backtest", "bans"]) == 0
    first, _, then, told, *_ = capsys.readouterr().out.splitlines()
    assert first.endswith("raised           bans: Ministry announces export ban on gallium")
    assert "retracted        bans: Mine one reopens" in then
    assert "then retracted, told on route:desk" in told
