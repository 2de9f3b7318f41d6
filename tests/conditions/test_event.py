"""The kinds `event`, `organisation`, `material`, `place` and `genre`: what was understood, asked by a rule."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.lexicon import inflections
from tests.core.rules.make import reading
from watcher.conditions import KINDS
from watcher.conditions.base import Context
from watcher.config import data_dir
from watcher.config.events import read_recogniser_files
from watcher.config.lexicon import read_names
from watcher.config.rules import load_rules
from watcher.core.lexicon.model import Sort
from watcher.core.model import Severity
from watcher.core.rules.evaluate import judge
from watcher.core.understanding.understander import Understander

RECOGNISERS = """format: 1
shared:
  hedges: {en: [may, might, reportedly]}
  negations: {en: [no, not, never]}
  questions: {en: [will]}
  history: {en: [last year]}
  purpose: {en: [to, as]}
  genres:
    opinion: {title: {en: [opinion]}}
events:
  - id: export_control
    title: A state controls exports
    status: {ladder: [proposed, announced, in_force], exits: [suspended]}
    actors: [ministry, agency, government]
    acts: {announced: {en: [impose, announce]}, suspended: {en: [suspend]}}
    objects: {en: [export control, export ban]}
    examples:
      report: {announced: ["China imposes export controls on gallium.", "China announces an export ban on antimony."]}
      mention: ["Last year China imposed export controls.", "Last year China announced an export ban."]
      none: ["Exports rose.", "The ban on smoking holds."]
  - id: commentary
    title: Opinion
    status: {ladder: [said]}
    genres: [opinion]
    examples:
      report: {said: ["Opinion: China imposes export controls", "Opinion: tin is dear"]}
      mention: ["A column on tin.", "A view on tin."]
      none: ["Tin is dear.", "China imposes export controls."]
"""


@pytest.fixture(scope="module")
def understander():
    names, problems = read_names(data_dir())
    assert names is not None, problems
    recognisers, problems = read_recogniser_files([("a.yaml", RECOGNISERS.encode())], names, inflections())
    assert recognisers is not None, problems
    return Understander(names=names, recognisers=recognisers, version="1")


def build(understander, lists=None, **clause):
    context = Context(inflections=inflections(), understanding=lambda: understander, entities=lists or {})
    kind = next(name for name in KINDS if name in clause)
    return KINDS[kind].build(KINDS[kind].Options.model_validate(clause), context)


IMPOSED = "China's Ministry of Commerce imposes export controls on gallium."
DENIED = "China's Ministry of Commerce did not impose export controls on gallium."
HEDGED = "China may impose export controls on gallium."


@pytest.mark.parametrize(
    ("clause", "title", "holds"),
    [
        ({"event": "export_control"}, IMPOSED, True),
        ({"event": "export_control"}, DENIED, False),
        ({"event": "export_control", "status": "denied"}, DENIED, True),
        ({"event": "export_control"}, HEDGED, False),
        ({"event": "export_control", "status": ["rumoured"]}, HEDGED, True),
        ({"event": "export_control", "status": "any"}, HEDGED, True),
        ({"event": "export_control", "status": "in_force"}, IMPOSED, False),
        ({"event": "any"}, IMPOSED, True),
        ({"event": "export_control", "material": "gallium"}, IMPOSED, True),
        ({"event": "export_control", "material": "critical"}, IMPOSED, True),
        ({"event": "export_control", "material": "tungsten"}, IMPOSED, False),
        ({"event": "export_control", "actor": "ministry"}, IMPOSED, True),
        ({"event": "export_control", "actor": "company"}, IMPOSED, False),
        ({"event": "export_control", "parties": 3}, IMPOSED, False),
        ({"event": "export_control", "language": "zh"}, IMPOSED, False),
        ({"event": "export_control", "in": "title"}, IMPOSED, True),
        ({"event": "export_control", "in": "body"}, IMPOSED, False),
        ({"event": "export_control", "as": "mention"}, IMPOSED, False),
        ({"event": "export_control"}, "Opinion: China imposes export controls on gallium.", False),
        ({"event": "export_control", "as": "any"}, "Opinion: China imposes export controls on gallium.", True),
        ({"genre": "opinion"}, "Opinion: China imposes export controls on gallium.", True),
        ({"genre": "opinion"}, IMPOSED, False),
        ({"organisation": "agency"}, IMPOSED, False),
        ({"material": "gallium"}, IMPOSED, True),
        ({"material": "gallium", "in": "body"}, IMPOSED, False),
        ({"place": "CN"}, HEDGED, True),
    ],
)
def test_a_clause_holds_for_what_the_article_says(understander, clause, title, holds):
    finding = build(understander, **clause).look(reading(title, published=date(2026, 1, 1)))

    assert finding.holds is holds, finding.why
    assert bool(finding.evidence) is holds
    assert bool(finding.why) is not holds


@pytest.mark.parametrize(
    ("actor", "title", "holds"),
    [
        ("CN", "Beijing imposes export controls on gallium", True),
        ("CN", "Pékin imposes export controls on gallium", True),
        ("US", "Washington announces export ban on gallium sales to China", True),
        ("EU", "Export controls on gallium announced by Brussels", True),
        ("CN", "Tokyo imposes export controls on gallium", False),
        ("CN", "Ministry imposes export controls on gallium from a plant in Beijing", False),
        ("CN", "Government in Beijing plant row imposes export controls on gallium", False),
        ("CN", "BEIJING, May 3: Government imposes export controls on gallium", False),
        ("US", "Washington Post: government imposes export controls on gallium", False),
    ],
)
def test_a_capital_that_acts_stands_for_its_government_and_else_is_a_place(understander, actor, title, holds):
    finding = build(understander, event="export_control", actor=actor).look(reading(title))

    assert finding.holds is holds, finding.why


def test_the_evidence_is_the_act_and_everyones_part(understander):
    finding = build(understander, event="export_control").look(reading(IMPOSED))

    quotes = {each.quote for each in finding.evidence}
    assert "gallium" in quotes
    assert any("imposes export controls" in quote for quote in quotes)
    assert all(IMPOSED[each.start : each.end] == each.quote for each in finding.evidence)


def test_a_list_of_the_rule_set_stands_for_its_members(understander):
    lists = {Sort.MATERIAL: {"my_metals": frozenset({"gallium"})}}

    assert build(understander, lists, event="export_control", material="my_metals").look(reading(IMPOSED)).holds
    assert build(understander, lists, material="my_metals").look(reading(IMPOSED)).holds


def test_why_not_names_what_the_nearest_event_fails_at(understander):
    def why(**clause):
        return build(understander, **clause).look(reading(HEDGED)).why

    assert why(event="export_control").startswith("export_control is rumoured")
    assert (
        why(event="export_control", status="any", material="tin") == "export_control has no such material but gallium"
    )
    assert (
        build(understander, event="export_control").look(reading("Tin is dear.")).why == "the article tells of no event"
    )


RULE = """format: 1
lists:
  mine: {{organisations: [mofcom]}}
rules:
  - id: curbs
    title: Export curbs
    severity: urgent
    when: {when}
    tell: compliance
    examples:
      match:
        - "China's Ministry of Commerce imposes export controls on gallium."
        - "China's Ministry of Commerce announces export controls on antimony."
      skip: ["Gallium is cheap.", "China may impose export controls on gallium."]
"""


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{event: exprot_control}", 'error[R017] unknown event "exprot_control", did you mean "export_control"?'),
        ("{event: export_control, status: enacted}", 'error[R021] export_control has no status "enacted"; it has'),
        ("{event: export_control, material: galium}", 'error[R017] unknown material "galium", did you mean "gallium"?'),
        (
            "{event: export_control, actor: China}",
            'error[R017] unknown organisation "China"; "China" is written CN here',
        ),
        ("{event: export_control, actor: USA}", 'error[R017] unknown organisation "USA"; "USA" is written US here'),
        ("{organisation: Lynas Rare Earths}", '"Lynas Rare Earths" is written lynas here'),
        ("{organisation: lynas_rare_earths}", '"lynas_rare_earths" is written lynas here'),
        ("{event: export_control, actor: mien}", 'error[R017] unknown organisation "mien", did you mean "mine"?'),
        ("{event: export_control, stauts: any}", 'error[R013] "event" has no option "stauts", did you mean "status"?'),
        ("{organisation: mofcon}", 'error[R017] unknown organisation "mofcon", did you mean "mofcom"?'),
    ],
)
def test_a_slip_is_told_where_it_stands(understander, when, said):
    rules, problems = load_rules(
        [("a.yaml", RULE.format(when=when).encode())], routes=["compliance"], understanding=lambda: understander
    )

    assert rules is None
    assert any(str(problem).startswith("a.yaml:8:") and said in str(problem) for problem in problems), problems


def test_a_rule_on_events_is_loaded_and_judged(understander):
    text = RULE.format(when="{event: export_control, actor: mine}")

    rules, problems = load_rules([("a.yaml", text.encode())], routes=["compliance"], understanding=lambda: understander)

    assert rules is not None, problems
    judgement = judge(rules.rules[0], reading(IMPOSED))
    assert judgement.matched
    assert judgement.severity in {Severity.URGENT, Severity.WARNING}


def test_what_rests_on_thin_evidence_is_never_urgent(understander):
    rules, problems = load_rules(
        [("a.yaml", RULE.format(when="{event: export_control, actor: mine}").encode())],
        routes=["compliance"],
        understanding=lambda: understander,
    )
    assert rules is not None, problems
    rule = rules.rules[0]
    accounts = [(text, understander.account(reading(text))) for text in (IMPOSED,)]
    for text, account in accounts:
        sure = [event for event in account.reported if event.sure]
        judged = judge(rule, reading(text))
        assert judged.severity is (Severity.URGENT if sure else Severity.WARNING)


def test_a_name_that_the_lexicon_does_not_know_is_told(understander):
    text = RULE.format(when="{event: export_control, actor: mine}").replace("[mofcom]", "[mofcom, Acme Unheard]")

    rules, problems = load_rules([("a.yaml", text.encode())], routes=["compliance"], understanding=lambda: understander)

    assert rules is None
    assert 'list "mine": unknown organisation "Acme Unheard"; add it to a file named under lexicon:' in str(problems[0])


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (
            "{event: [exprot_control, halt], material: [galium, antimony, germanum], place: Chille}",
            ["8:20 error[R017]", "8:36 error[R017]", "8:54 error[R017]", "8:72 error[R017]", "8:90 error[R017]"],
        ),
        (
            "{event: export_control, status: [enacted, in_force, decreed]}",
            ["8:44 error[R021]", "8:63 error[R021]"],
        ),
        ("{organisation: [mofcon, lynas, minn]}", ["8:27 error[R017]", "8:42 error[R017]"]),
        ('{health: failing, source: ["<a>", "b[c"]}', ["8:38 error[R018]", "8:45 error[R017]"]),
    ],
)
def test_every_slip_of_a_clause_is_told_at_its_own_place(understander, when, said):
    _, problems = load_rules(
        [("a.yaml", RULE.format(when=when).encode())], routes=["compliance"], understanding=lambda: understander
    )
    found = [str(problem) for problem in problems if problem.line == 8]
    assert [each.removeprefix("a.yaml:").partition("]")[0] + "]" for each in found] == said, found
