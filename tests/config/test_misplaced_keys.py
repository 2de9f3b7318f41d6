"""Keys written into a clause that belong elsewhere: the fault says where they go."""

from __future__ import annotations

import pytest

from watcher.config.rules import load_rules

RULE = """\
format: 1
rules:
  - id: curbs
    title: Export curbs
    severity: notice
    when: {{words: [export ban], {key}}}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("same: sentence", '"words" has no option "same"; it stands beside a list of clauses: {all:'),
        ("require: {count: 3, within: 7d}", '"words" has no option "require"; it is a key of the rule, beside when'),
    ],
)
def test_a_key_of_a_group_or_a_rule_is_told_where_it_goes(key, said):
    rules, problems = load_rules([("a.yaml", RULE.format(key=key).encode())])

    assert rules is None
    assert any(said in str(problem) for problem in problems), problems
