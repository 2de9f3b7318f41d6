"""What an article proves of sums that none proved before, held against what is stored; never says what is a sum."""

from __future__ import annotations

from watcher.core.facts.model import Facts
from watcher.core.facts.reading import facts_of
from watcher.core.model import Alert, Match, SourceId, Trust
from watcher.core.telling.sums import Proof, new_sums, proofs_of
from watcher.core.text.reading import Reading
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


def _facts_before(turn: Turn, number: int, revision: int) -> Facts:
    """The values of an earlier article, as they were read or, where that isn't kept, read again; none once pruned."""
    understood = turn.articles.understood(number, revision)
    if understood is not None and understood.facts is not None:
        return understood.facts
    kept = turn.articles.text(number, revision)
    if kept is None:
        return Facts()
    return facts_of(Reading(text=kept[0], zones=kept[1], language="", source=SourceId(""), trust=Trust.UNKNOWN))
