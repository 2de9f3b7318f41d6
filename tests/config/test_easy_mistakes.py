"""Mistakes that anybody makes: each has one message that says what to do, at its place."""

from __future__ import annotations

import pytest

from watcher.config.rules.loading import load_rules

RULE = """\
format: 1
rules:
  - id: bans
    title: Bans
    severity: notice
    when: {words: [export ban]}
    examples:
      match: ["An export ban.", "The export ban."]
      skip: ["Nothing.", "Nil."]
"""
WHEN = "{words: [export ban]}"


def said(text: str) -> list[str]:
    """What is said of one rule file."""
    return [str(problem) for problem in load_rules([("r.yaml", text.encode())])[1]]


def of_when(when: str) -> list[str]:
    return said(RULE.replace(WHEN, when))


def of_key(line: str) -> list[str]:
    return said(RULE.replace("    examples", f"    {line}\n    examples"))


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("{words: {en: [export ban]}}", '6:19 error[R008] "words" can\'t be a mapping; words by language stand under'),
        ("{words: [export ban, [curb]]}", '6:32 error[R008] "words" can\'t be a list; write all items in one list'),
        ("{words: [export ban], in: []}", "6:37 error[R016] in: is empty; leave it out"),
        (f"{{and: [{WHEN}]}}", '6:12 error[R012] unknown kind "and"; write all: with a list of clauses'),
        (f"{{not: {WHEN}}}", '6:12 error[R012] unknown kind "not"; write none: with a list of clauses'),
        (f"{{all: [{WHEN}], or: [{WHEN}]}}", '6:42 error[R006] unknown key "or" in a group; write any: with a list'),
    ],
)
def test_a_condition_in_other_words(when, message):
    found = of_when(when)
    assert len(found) == 1
    assert found[0].startswith(f"r.yaml:{message}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("quiet: 60", '7:12 error[R025] "60" is no duration; write 60s, 60m or 60h'),
        ("require: {count: 1, within: 1d}", "7:22 warning[R070] always true: one match is enough"),
        ("require: {spike: 1, within: 1d}", "7:22 warning[R070] always true: any number of matches is that much"),
        ("require: {spike: 3, within: 1d, against: 1h}", "7:46 warning[R070] against 1h is shorter than within 1d"),
        ('require: {ratio: "> 140 %", of: {words: [b c]}, within: 1d}', "7:22 warning[R070] never true: a share is"),
        ('require: {ratio: ">= 0 %", of: {words: [b c]}, within: 1d}', "7:22 warning[R070] always true: no share is"),
        ('require: {ratio: "60 to 20 %", of: {words: [b c]}, within: 1d}', '7:22 error[R026] "60 to 20 %" ends below'),
        ("require: {silent: auto, factor: 0}", "7:37 error[R008] factor must be more than 0"),
    ],
)
def test_a_key_with_an_odd_value(line, message):
    found = of_key(line)
    assert len(found) == 1
    assert found[0].startswith(f"r.yaml:{message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format: 1", 'format: "1"', '1:9 error[R005] format must be 1, not the text "1"; write it without quotes'),
        ("title: Bans", 'title: "Bans\\nof exports"', '4:12 error[R008] "title" goes over several lines'),
        ("id: bans", 'id: "b\\u202eans"', '3:9 error[R011] id "b\\u202eans": use a-z, 0-9, - and _'),
        ('"The export ban."', '"An export ban."', "8:33 warning[R078] example match[1] is match[0] again"),
        (
            '"The export ban."',
            "{points: [1, 2]}",
            "8:34 error[R054] example shows points, and this rule judges articles",
        ),
        ("rules:", "lists: {curbs: [ban]}\nrules:", '2:16 error[R008] list "curbs" must say what it holds, not be a'),
    ],
)
def test_a_rule_with_one_thing_amiss(old, new, message):
    found = said(RULE.replace(old, new, 1))
    assert len(found) == 1
    assert found[0].startswith(f"r.yaml:{message}")


def test_what_can_never_hold_is_a_warning():
    apart = "{all: [{words: [export ban], in: title}, {words: [ban], in: [body, caption]}], same: sentence}"
    assert of_when(apart)[0] == "r.yaml:6:11 warning[R070] never true: no sentence lies in all of these places"
    together = apart.replace("[body, caption]", "top")
    assert not any("R070" in each for each in of_when(together))


def test_levels_that_no_point_lies_between_are_a_warning():
    levels = '{all: [{series: x, below: "100 USD/kg"}, {series: x, above: "120 USD/kg"}]}'
    assert any("never true: above 120 and below 100" in each for each in of_when(levels))
    assert not any("never true" in each for each in of_when(levels.replace("120", "80")))


def test_a_list_that_is_named_without_its_brackets_is_a_warning():
    text = RULE.replace("rules:", "lists: {bans: {words: [export ban]}}\nrules:").replace(
        "[export ban]}\n", "[bans, export ban]}\n"
    )
    assert [each for each in said(text) if "R078" in each] == [
        'r.yaml:7:20 warning[R078] "bans" is sought as a word here; the list of that name is <bans>'
    ]


def test_a_source_in_a_list_must_be_there():
    text = RULE.replace("rules:", "lists: {mine: {sources: [wire, wier]}}\nrules:").replace(WHEN, "{source: mine}")
    problems = load_rules([("r.yaml", text.encode())], sources={"wire": "entries"})[1]
    assert [str(each) for each in problems] == ['r.yaml:2:32 error[R017] unknown source "wier", did you mean "wire"?']


def test_a_row_that_says_more_than_its_head_is_an_error():
    text = RULE.replace("rules:", "lists: {curbs: {words: {file: c.csv}}}\nrules:").replace(
        "[export ban]", "[<curbs>]", 1
    )
    content = b"name,aliases\nexport ban, curb, limit\n"
    problems = load_rules([("r.yaml", text.encode())], table=lambda *_: content)[1]
    assert [str(each) for each in problems] == [
        "c.csv:2:1 error[R062] the row has 3 values and the head 2; put a value with a comma in quotes"
    ]


def test_no_message_has_an_endless_line():
    found = of_when("{regex: ['" + "ban" * 1000 + "']}")
    assert found
    assert all(len(line) < 400 for each in found for line in each.splitlines())


def test_text_is_not_asked_of_what_has_none():
    found = of_when('{all: [{series: x, below: "100 USD/kg"}, {words: [ndpr]}]}')
    assert (
        'r.yaml:6:52 warning[R070] "words" asks for text, and what a rule on series judges has none of its own' in found
    )
