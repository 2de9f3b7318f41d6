"""Matters in rule files: what is read, and every mistake at once, each where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from watcher.app.loading import UnderstandingOf
from watcher.config.rules import expanded_yaml, load_rules
from watcher.core.matters.tellings import tellings, told_of
from watcher.core.model import Zone
from watcher.core.rules.examples import Example, reading_of

MATTERS = """\
format: 1
matters:
  - id: permit
    title: The permit
    track: {event: permit_approval, place: stibnite, as: any}
    status: draft
"""
RULE = """\
rules:
  - id: moves
    title: The permit moves
    severity: warning
    when: {matter: permit}
    examples:
      match:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: draft}
        - {text: "The Army Corps revoked the final permit for the Stibnite mine.", was: granted}
      skip:
        - {text: "The Army Corps granted the final permit for the Stibnite mine.", was: granted}
        - {text: "The Stibnite mine hires drillers.", was: draft}
"""


def load(*texts):
    files = tuple((f"{'abc'[at]}.yaml", text.encode()) for at, text in enumerate(texts))
    return load_rules(files, understanding=UnderstandingOf(files))


def said(text):
    _, problems = load(text)
    return [f"{each.line}:{each.column} {each.code} {each.text}" for each in problems if each.level == "error"]


def test_a_matter_is_read_with_its_ladder_and_where_it_stands():
    rules, problems = load(MATTERS + RULE)

    assert problems == ()
    [matter] = rules.matters
    assert (matter.id, matter.start, matter.place) == ("permit", "draft", "a.yaml:3")
    assert matter.ladder.rank("granted") > matter.ladder.rank("draft") >= 0
    assert "remanded" in matter.ladder.exits
    assert rules.rule("moves").subject == "matter"


def test_matters_of_several_files_form_one_set():
    rules, problems = load(MATTERS, "format: 1\n" + RULE)

    assert problems == ()
    assert [each.id for each in rules.matters] == ["permit"]


def test_a_rules_version_hangs_on_the_matters_that_it_asks_for():
    one, _ = load(MATTERS + RULE)
    other, _ = load(MATTERS.replace("status: draft", "status: applied") + RULE)

    assert one.rule("moves").version != other.rule("moves").version
    assert "stibnite" in expanded_yaml(one)


def test_one_of_several_clauses_may_fit():
    several = MATTERS.replace(
        "{event: permit_approval, place: stibnite, as: any}",
        "[{event: permit_approval, place: stibnite}, {event: government_funding, place: stibnite}]",
    )
    rules, problems = load(several + RULE)

    assert problems == ()
    assert rules.matters[0].types == {"permit_approval", "government_funding"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: The permit", "titel: The permit", '4:5 R006 unknown key "titel" in a matter, did you mean "title"?'),
        ("    title: The permit\n", "", '3:5 R007 a matter has no "title"'),
        ("id: permit", "name: permit", '3:5 R007 a matter has no "id"'),
        ("id: permit", "id: The Permit", '3:9 R011 id "The Permit": use a-z, 0-9, - and _, at most 60 characters'),
        (
            "status: draft",
            "status: drafted",
            '6:13 R021 permit_approval has no status "drafted", did you mean "draft"?',
        ),
        ("event: permit_approval", "event: permit_aproval", '5:20 R017 unknown event "permit_aproval", did you mean'),
        ("place: stibnite", "place: stibnit", '5:44 R017 unknown place "stibnit", did you mean "stibnite"?'),
        ("place: stibnite", "plaec: stibnite", '5:37 R013 "event" has no option "plaec", did you mean "place"?'),
        ("{event: permit_approval, place: stibnite, as: any}", "{words: permit}", '5:12 R012 "track" must be an event'),
        ("{event: permit_approval, place: stibnite, as: any}", "permits", '5:12 R008 "track" must be an event clause'),
        ("as: any", "status: drafted", '5:62 R021 permit_approval has no status "drafted"'),
    ],
)
def test_a_mistake_in_a_matter_is_told_where_it_stands(old, new, expected):
    found = said(MATTERS.replace(old, new))

    assert any(each.startswith(expected) for each in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "place: stibnite",
            "place: stibnit",
            [
                '5:44 R017 unknown place "stibnit", did you mean "stibnite"?',
                '6:13 R021 permit_approval has no status "grantd", did you mean "granted"?',
            ],
        ),
        (
            "event: permit_approval",
            "event: permit_aproval",
            [
                '5:20 R017 unknown event "permit_aproval", did you mean "permit_approval"?',
                '6:13 R021 no event has a status "grantd", did you mean "granted"?',
            ],
        ),
    ],
)
def test_a_faulty_track_hides_no_wrong_status(old, new, expected):
    assert said(MATTERS.replace(old, new).replace("status: draft", "status: grantd")) == expected


def test_a_matter_without_an_id_hides_nothing_else():
    found = said(MATTERS.replace("- id: permit\n   ", "-").replace("draft", "drafted"))

    assert found == [
        '3:5 R007 a matter has no "id"',
        '5:13 R021 permit_approval has no status "drafted", did you mean "draft"?',
    ]


def test_an_unknown_matter_hides_no_wrong_status():
    text = (MATTERS + RULE).replace("matter: permit}", "matter: permitt, to: [enactd, granted]}")

    assert said(text) == [
        '11:20 R018 unknown matter "permitt", did you mean "permit"?',
        '11:34 R021 no event has a status "enactd", did you mean "enacted"?',
    ]


def test_a_faulty_track_spoils_no_sound_status_of_a_rule():
    text = (MATTERS + RULE).replace("place: stibnite", "place: stibnit").replace("permit}", "permit, to: granted}")

    assert [each for each in said(text) if "R021" in each] == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("matter: permit}", "matter: permitt}", '11:20 R018 unknown matter "permitt", did you mean "permit"?'),
        ("matter: permit}", "matter: permit, to: grantd}", '11:32 R021 permit has no status "grantd", did you mean'),
        ("matter: permit}", "matter: permit, change: moved}", '11:36 R017 unknown change "moved"'),
        ("was: draft}", "was: drafted}", '14:89 R021 no matter of the rule has a status "drafted"'),
        ("was: granted}", "was: draft}", "17:11 R051 example skip[0] matches"),
    ],
)
def test_a_mistake_in_a_rule_on_a_matter_is_told_where_it_stands(old, new, expected):
    text = MATTERS + RULE
    if old == "was: granted}":
        head, tail = text.rsplit(old, 1)
        text = head + new + tail
    else:
        text = text.replace(old, new, 1)
    found = said(text)

    assert any(each.startswith(expected) for each in found), found


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ("The Army Corps of Engineers revoked the federal permit for the Stibnite mine.", ["granted"]),
        ("The mine at Stibnite will employ hundreds.", ["granted"]),
        ("Last year the Army Corps published the draft permit for the Stibnite mine.", ["granted", "draft"]),
    ],
)
def test_beside_its_news_an_article_recalls_only_what_lies_before(body, statuses):
    rules, _ = load(MATTERS + RULE)
    understander = rules.understanding()
    granted = "The Army Corps of Engineers issued the final federal permit for the Stibnite mine."
    parts = ((Zone.TITLE, granted), (Zone.LEAD, granted), (Zone.BODY, f"Shares rose. {body}"))
    reading = reading_of(Example(parts=parts, published=date(2026, 3, 2)))
    told = told_of(reading, understander.account(reading), understander.named(reading), understander.recognisers)

    assert [each.event.status for each in tellings(rules.matters[0], told)] == statuses


def test_all_mistakes_are_told_at_once_and_a_taken_id_names_its_first_place():
    second = MATTERS.replace("status: draft", "status: nowhere")
    _, problems = load(MATTERS, second)

    found = [f"{each.file}:{each.line}:{each.column} {each.code} {each.text}" for each in problems]
    assert found[0] == 'b.yaml:3:9 R010 id "permit" is taken by a.yaml:3; choose another'
    assert found[1].startswith('b.yaml:6:13 R021 permit_approval has no status "nowhere"')


def test_a_matter_stands_in_no_sentence_and_in_no_rule_on_articles():
    bound = RULE.replace("{matter: permit}", "{all: [{matter: permit}, {words: mine}], same: sentence}")
    mixed = RULE.replace("{matter: permit}", "{any: [{matter: permit}, {words: mine}]}")

    assert any("R023" in each for each in said(MATTERS + bound))
    assert any("R024" in each for each in said(MATTERS + mixed))
