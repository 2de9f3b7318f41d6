"""What an article proves that none proved before, held against what is stored; never says what a sum or a fact is."""

from __future__ import annotations

from watcher.core.facts.model import Facts
from watcher.core.facts.reading import facts_of
from watcher.core.model import Alert, Match, SourceId, Trust
from watcher.core.rules.holding import NEWS, USUAL_NEWS
from watcher.core.rules.model import Rule
from watcher.core.telling.news import Unsaid
from watcher.core.telling.sums import Proof, new_sums, proofs_of
from watcher.core.text.reading import Reading
from watcher.core.understanding.understander import Understander, Understood
from watcher.pipeline.runtime import Runtime
from watcher.stores.base import Turn


def sums_told(turn: Turn, reading: Reading, existing: Alert, match: Match) -> tuple[str, ...]:
    """What another article proves of sums that none proved before; most prove none, and nothing is read for them."""
    said = {each.quote for each in existing.evidence}
    figures = any(each.quote not in said and any(map(str.isdigit, each.quote)) for each in match.evidence)
    if existing.state != "open" or not figures:
        return ()
    new = proofs_of(match.evidence, facts_of(reading))
    if all(words in said for _, words in new):
        return ()
    before: list[Proof] = []
    for number, revision, evidence in turn.alerts.matched(existing.id):
        before += proofs_of(evidence, _facts_before(turn, number, revision))
    return new_sums(before, new)


def facts_told(turn: Turn, runtime: Runtime, reading: Reading, existing: Alert, match: Match) -> tuple[str, ...]:
    """What another article is the first to prove of the event, as far as the rule or a way of telling asks for it.

    Nothing where an earlier article is no longer there to be asked, and no more is read than until all is known.
    """
    rule = runtime.rule_set.rule(match.rule)
    wanted = _wanted(runtime, rule) if rule is not None else ()
    understander = runtime.rule_set.understander
    if existing.state != "open" or not wanted or understander is None:
        return ()
    unsaid = Unsaid.of(understander, understander.understand(reading), reading.text, match.evidence, wanted)
    for number, revision, _ in () if unsaid.nothing else turn.alerts.matched(existing.id):
        before = _understood_before(turn, understander, number, revision)
        if before is None:
            return ()
        unsaid.hear(*before)
        if unsaid.nothing:
            return ()
    return unsaid.news()


def _wanted(runtime: Runtime, rule: Rule) -> tuple[str, ...]:
    """The facts whose news anybody may be told: the rule's word counts, else those of all ways together."""
    if rule.holding.unless_new is not None:
        return rule.holding.unless_new
    ways = (*runtime.routes.values(), *(digest.way for digest in runtime.digests.values()))
    said = {fact for way in ways for fact in way.holding.unless_new or USUAL_NEWS}
    return tuple(fact for fact in NEWS if fact in said)


def _understood_before(
    turn: Turn, understander: Understander, number: int, revision: int
) -> tuple[Understood, str] | None:
    """An earlier article as it was understood or, where that isn't kept, is now, and its text; None once pruned."""
    kept = turn.articles.text(number, revision)
    if kept is None:
        return None
    understood = turn.articles.understood(number, revision)
    if understood is None:
        again = Reading(text=kept[0], zones=kept[1], language="", source=SourceId(""), trust=Trust.UNKNOWN)
        understood = understander.understand(again)
    return understood, kept[0]


def _facts_before(turn: Turn, number: int, revision: int) -> Facts:
    """The values of an earlier article, as they were read or, where that isn't kept, read again; none once pruned."""
    understood = turn.articles.understood(number, revision)
    if understood is not None and understood.facts is not None:
        return understood.facts
    kept = turn.articles.text(number, revision)
    if kept is None:
        return Facts()
    return facts_of(Reading(text=kept[0], zones=kept[1], language="", source=SourceId(""), trust=Trust.UNKNOWN))
