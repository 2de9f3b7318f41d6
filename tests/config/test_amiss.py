"""Beside a file or list that has a mistake: everything that does not hang on it is judged, and nothing is told falsely."""

from __future__ import annotations

import pytest

from watcher.config.rules import load_rules

LISTS = """\
format: 1
lists:
  metals: {words: [antimony, gallium]}
  curbs: {words: [ban, curb]}
  both: {words: [<metals>, scrap]}
conditions:
  on-metals: {words: <metals>}
"""
RULES = """\
format: 1
rules:
  - {id: free, title: T, severity: notice, when: {words: [tin]}, examples: {match: [Tin., Zinc.], skip: [A b., C d.]}}
  - {id: on-curbs, title: T, severity: notice, when: {words: <curbs>}, examples: {match: [A ban., Tin.], skip: [A b., C d.]}}
  - {id: on-metals, title: T, severity: notice, when: {words: <metals>}, examples: {match: [Gallium., Tin.], skip: [A b., C d.]}}
  - {id: on-both, title: T, severity: notice, when: {words: <both>}, examples: {match: [Scrap., Tin.], skip: [A b., C d.]}}
  - {id: by-use, title: T, severity: notice, when: {use: on-metals}, examples: {match: [Gallium., Tin.], skip: [A b., C d.]}}
"""
ALL = ("free", "on-curbs", "on-metals", "on-both", "by-use")


def said(*files):
    rules, problems = load_rules([(name, text.encode()) for name, text in files])
    assert rules is None
    return [(each.file, each.line, each.code, each.text) for each in problems if each.level == "error"]


def failed(problems):
    """The rules whose examples were run: one of each fails."""
    return [ALL[line - 3] for file, line, code, _ in problems if (file, code) == ("r.yaml", "R050")]


@pytest.mark.parametrize(
    ("old", "new", "judged"),
    [
        ("curb]", "curb]", ALL),
        ("format: 1", "formt: 1", ALL),
        ("[antimony, gallium]", '[antimony, "?!", gallium]', ("free", "on-curbs")),
        ("{words: [antimony, gallium]}", "antimony", ("free", "on-curbs")),
        ("[ban, curb]", "[ban, []]", ("free", "on-metals", "on-both", "by-use")),
        ("conditions:\n", "tests: [{name: a}]\nconditions:\n", ALL),
    ],
)
def test_examples_that_do_not_lean_on_a_mistake_are_run(old, new, judged):
    assert old in LISTS

    problems = said(("lists.yaml", LISTS.replace(old, new)), ("r.yaml", RULES))

    assert failed(problems) == list(judged)
    assert not [text for *_, text in problems if "unknown list" in text]
    assert (old == new) is not any(file == "lists.yaml" for file, *_ in problems)


def test_of_names_that_an_unreadable_file_may_define_none_is_guessed():
    problems = said(("lists.yaml", LISTS + "\tx: y\n"), ("r.yaml", RULES), ("c.yaml", CHANGES))

    unread = "it may stand in lists.yaml, which can't be read"
    assert [text for file, _, _, text in problems if file == "r.yaml"] == [
        "example match[1] does not match: when: words: tin: no item occurs in news",
        f'unknown list "<curbs>"; {unread}',
        f'unknown list "<metals>"; {unread}',
        f'unknown list "<both>"; {unread}',
        f'unknown condition "on-metals"; {unread}',
    ]
    assert [text for file, _, _, text in problems if file == "c.yaml"] == [
        f'change: unknown rule "fre"; {unread}',
        f'change: unknown list "metals"; {unread}',
    ]


def test_a_file_with_a_key_written_twice_was_read():
    problems = said(("lists.yaml", LISTS + "conditions: {}\n"), ("r.yaml", RULES.replace("<curbs>", "<curb>")))

    assert 'unknown list "<curb>", did you mean "<curbs>"?' in [text for *_, text in problems]


CHANGES = """\
format: 1
change: {rules: {fre: {mode: paused}}, lists: {metals: {add: [tin]}}}
"""
