"""Rules judged together: narrowing, steps of severity and misses come out as if each were judged by itself."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.rules.make import reading, rule
from tests.core.rules.test_evaluate import BAN, DENIED, GALLIUM, STEPS, leaf
from tests.core.rules.test_prefilter import ARTICLES, TREES
from watcher.core.model import Severity
from watcher.core.rules.evaluate import judge
from watcher.core.rules.model import Clause, Finding, Group, RuleSet, SeverityStep
from watcher.core.rules.prefilter import Compiled


@settings(max_examples=60, deadline=None)
@given(TREES, st.none() | TREES, st.lists(TREES, max_size=2), st.booleans(), ARTICLES)
def test_narrowing_and_steps_count_as_by_themselves(when, narrow, steps, otherwise, article):
    severity = [SeverityStep(severity=Severity.WARNING, when=step) for step in steps]
    last = SeverityStep(severity=Severity.NOTICE, when=None)
    each = rule(when, narrow=narrow, severity=(*severity, last) if otherwise else tuple(severity))
    apart = dataclasses.replace(article)

    for found, judgement in Compiled(RuleSet(rules=(each,), version="1")).judge_all(article):
        assert judgement == judge(found, apart)


def test_a_miss_is_told_as_by_itself():
    rules = (
        rule(Group(all=(GALLIUM, leaf("all", trust="trade_press")), none=(DENIED,)), rule_id="a"),
        rule(GALLIUM, severity=STEPS[:1], rule_id="b"),
        rule(Group(all=(GALLIUM,), any=(BAN, leaf("any", words="quota")), path="when"), rule_id="c"),
    )
    article = reading("Gallium deal denied", body="Talks of an export band and quotation marks. " * 3)

    judged = dict(Compiled(RuleSet(rules=rules, version="1")).judge_all(dataclasses.replace(article)))

    assert judged[rules[0]].why == 'none: must not hold, but does: "denied"'
    assert judged[rules[1]].path == "severity"
    assert all(judgement == judge(each, article) for each, judgement in judged.items())


def test_a_miss_is_looked_at_once():
    looked = []

    @dataclasses.dataclass(frozen=True)
    class Failing:
        kind: str = "regex"
        says: str = "regex: gone"
        needs: None = None
        sentence_bound: bool = True

        def look(self, article, _within=None):
            looked.append(article)
            return Finding(holds=False, why="no pattern is found in news")

    each = rule(Clause(condition=Failing(), path="when", line=1, column=1))
    ((_, judgement),) = Compiled(RuleSet(rules=(each,), version="1")).judge_all(reading("Gallium"))

    assert judgement == judge(each, reading("Gallium"))
    assert judgement.why == "regex: gone: no pattern is found in news"
    assert len(looked) == 2
