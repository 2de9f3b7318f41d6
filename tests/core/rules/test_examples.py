"""Examples of rules: the article that each stands for, and how a failing one is told."""

from __future__ import annotations

import pytest

from watcher.config.rules import load_rules
from watcher.core.model import Severity, SourceId, Trust, Zone
from watcher.core.rules.examples import Example, fault_of, outcome, reading_of

TEXT = """format: 1
rules:
  - id: bans
    title: Export bans
    severity: {urgent: {trust: authority}, else: notice}
    when: {all: [{words: [export ban], in: title}], none: [{source: reex}]}
    examples:
      match: ["An export ban on gallium.", "The export ban begins."]
      skip: ["Gallium is cheap.", "A ban on smoking."]
"""


@pytest.fixture
def rule():
    rules, problems = load_rules([("a.yaml", TEXT.encode())])
    assert problems == ()
    assert rules is not None
    return rules.rules[0]


def _text(text, **changes):
    return Example(parts=((Zone.TITLE, text), (Zone.LEAD, text)), **changes)


def test_a_text_alone_is_title_and_lead_of_an_article_of_the_trade_press():
    reading = reading_of(_text("An export ban on gallium and the export of germanium is in force."))

    shown = [(zone.zone, reading.text[zone.start : zone.end]) for zone in reading.zones]
    assert [zone for zone, _ in shown] == [Zone.TITLE, Zone.LEAD]
    assert {text for _, text in shown} == {"An export ban on gallium and the export of germanium is in force."}
    assert (reading.source, reading.trust, reading.language) == ("example", Trust.TRADE_PRESS, "en")


def test_paragraphs_of_a_zone_stay_apart_and_empty_ones_vanish():
    reading = reading_of(Example(parts=((Zone.TITLE, "A"), (Zone.BODY, "One.\n\n\n\nTwo.\n\n "))))

    assert [reading.text[zone.start : zone.end].strip() for zone in reading.zones] == ["A", "One.", "Two."]


def test_a_named_language_is_not_guessed():
    assert reading_of(_text("Gallium", language="de")).language == "de"


@pytest.mark.parametrize(
    ("example", "side", "fault"),
    [
        (_text("An export ban."), "match", None),
        (_text("Nothing."), "skip", None),
        (_text("An export ban.", trust=Trust.AUTHORITY, gives=Severity.URGENT, because=("Export Ban",)), "match", None),
        (
            _text("Nothing."),
            "match",
            (
                "R050",
                "example match[1] does not match: when.all[0]: words: export ban, in title: no item occurs in title",
            ),
        ),
        (
            _text("An export ban."),
            "skip",
            ("R051", 'example skip[1] matches: when.all[0]: words: export ban, in title ("export ban")'),
        ),
        (
            _text("An export ban.", gives=Severity.URGENT),
            "match",
            ("R053", "example match[1] gives notice, expected urgent"),
        ),
        (
            _text("An export ban.", because=("gallium",)),
            "match",
            (
                "R053",
                'example match[1]: "gallium" lies outside the evidence: when.all[0]: words: export ban, in title ("export ban")',
            ),
        ),
    ],
)
def test_an_example_that_is_not_as_it_says_names_the_deciding_clause(rule, example, side, fault):
    assert fault_of(rule, example, side, 1) == fault


def test_a_source_of_none_keeps_an_example_out(rule):
    example = _text("An export ban.", source=SourceId("reex"))

    found = fault_of(rule, example, "match", 0)

    assert found is not None
    assert found[0] == "R050"
    assert "when.none[0]" in found[1]


def test_an_outcome_counts_severity_only_where_the_example_does(rule):
    assert outcome(rule, _text("An export ban.")) == (True, None)
    assert outcome(rule, _text("An export ban.", gives=Severity.NOTICE)) == (True, Severity.NOTICE)
    assert outcome(rule, _text("Nothing.")) == (False, None)
