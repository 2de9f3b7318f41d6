"""What a trial of a source says of its rows."""

from __future__ import annotations

from types import SimpleNamespace

from watcher.commands.listing import plain_rows, row_words, summary

DRAFT = SimpleNamespace(
    flags=(),
    title="A ban",
    link=None,
    published=None,
    text_state="full",
    language="en",
    row_key=None,
    zones=(),
    text="",
)


def row(*matches):
    return SimpleNamespace(draft=DRAFT, reason="new", publisher="A paper", trust="wire", matches=matches)


def match(id_, require=None):
    return SimpleNamespace(id=id_, require=require), SimpleNamespace(severity="urgent", evidence=())


def test_a_rule_that_asks_for_more_than_one_item_only_counts_a_row():
    counted, told = row(match("many", require="count")), row(match("bans"), match("many", require="count"))

    assert list(row_words(1, counted))[-1].startswith("     -> many: counts it, by")
    assert any(line.startswith("     -> bans: urgent, by") for line in row_words(2, told))
    assert summary([counted, told], []) == "2 rows: 2 new; 1 would match a rule"
    assert [each["counts_only"] for each in plain_rows([told])[0]["matches"]] == [False, True]
