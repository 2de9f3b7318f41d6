"""Rules over the observations of one turn: matches, what becomes of alerts, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.articles.rows import ADDED, row_changes
from watcher.core.ledger import AlertWrite, Judged, Stored
from watcher.core.matters.model import Transition
from watcher.core.model import Alert, Evidence, Match, Reason
from watcher.core.rules.evaluate import judge as judge_rule
from watcher.core.rules.holding import depths_of
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import (
    Change,
    alert_id,
    evidence_sentences,
    judge,
    judge_revision,
    material_changes,
    retract,
)
from watcher.core.telling.floods import FLOOD_PAST, Flood
from watcher.core.telling.moved import judge_moved
from watcher.pipeline.judging.items import BACKFILL, FIRST_SIGHT, LIVE, Item
from watcher.pipeline.judging.recalling import Said, retracted_courses, retracted_merged, standing_again
from watcher.pipeline.judging.requiring import Alerts, Requiring, asking_of_texts
from watcher.pipeline.judging.restating import facts_told, sums_told
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.changes import Cause, Pouring, tell_change
from watcher.pipeline.telling.notices import Held
from watcher.stores.base import Turn

__all__ = ["BACKFILL", "FIRST_SIGHT", "LIVE", "MATTER", "Item", "Judging", "judge_all"]

MATTER = "matter"
"""The subject of rules that judge what an article did to a matter."""
_HELD = {FIRST_SIGHT: Reason.FIRST_SIGHT, BACKFILL: Reason.BACKFILL}


@dataclass(slots=True, kw_only=True)
class Judging:
    """What the rules made of a turn's observations."""

    matched: int = 0
    told: int = 0
    history: list[Held] = field(default_factory=list)
    flood: Flood | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What every step of one observation needs."""

    turn: Turn
    runtime: Runtime
    item: Item
    stored: Stored
    alerts: Alerts
    said: Said
    now: datetime
    pouring: Pouring | None = None
    requiring: Requiring | None = None


def judge_all(
    turn: Turn,
    runtime: Runtime,
    items: Sequence[tuple[Stored, Item]],
    now: datetime,
    *,
    flood: Flood | None = None,
    last: bool = True,
) -> Judging:
    """Judge every observation in order; alerts of one turn see one another, so eight copies make one alert.

    Args: flood: what earlier turns over the same document brought; last: no further turn follows.
    """
    verdicts = [(stored, item, _matches(runtime, item)) for stored, item in items]
    subjects = {item.new.article.subject for _, item, found in verdicts if found or item.prior}
    alerts = turn.alerts.alerts(subjects) if subjects else {}
    said = {item.new.article.id: {rule.id: match.evidence for rule, match in found} for _, item, found in verdicts}
    done = Judging()
    pouring = _pouring(flood, verdicts)
    requiring = Requiring.of(turn, runtime, alerts, asking_of_texts(runtime))
    for stored, item, found in verdicts:
        if requiring is not None:
            done.told += requiring.until(item.new.at)
        elif not found and not item.prior:
            continue
        here = _Turn(
            turn=turn,
            runtime=runtime,
            item=item,
            stored=stored,
            alerts=alerts,
            said=said,
            now=now,
            pouring=pouring,
            requiring=requiring,
        )
        rows, writes = _judge(here, found)
        turn.alerts.add_matches(stored.observation, rows)
        turn.alerts.write(stored.observation, writes, now)
        done.matched += len(found)
        done.told += sum(write.alert.state == "open" and write.told for write in writes)
        if item.new.mark != LIVE:
            article = item.new.article
            rules = tuple(rule.title for rule, _ in found if rule.require is None)
            done.history += [Held(rules=rules, title=article.title, link=article.link)] if rules else []
    if pouring is not None:
        done.flood = pouring.store(turn, runtime, now, last=last)
    return done


def _pouring(flood: Flood | None, verdicts: Sequence[tuple[Stored, Item, Sequence[object]]]) -> Pouring | None:
    """The flood that the document is, or goes on to be."""
    if flood is None:
        live = [item for _, item, found in verdicts if found and item.new.mark == LIVE and item.new.number is None]
        if len(live) <= FLOOD_PAST:
            return None
        flood = Flood(source=live[0].new.article.source, first=live[0].new.article.id)
    return Pouring(flood)


def _matches(runtime: Runtime, item: Item) -> list[tuple[Rule, Match]]:
    """The rules that match, those that hide others first."""
    found = [
        (
            rule,
            Match(rule=rule.id, rule_version=rule.version, severity=judgement.severity, evidence=judgement.evidence),
        )
        for rule, judgement in runtime.rules.judge_all(item.reading)
        if judgement.matched
        and judgement.severity is not None
        and rule.mode != "paused"
        and (rule.subject == MATTER) is isinstance(item.reading.about, Transition)
    ]
    depths = depths_of({rule.id: rule.holding.hidden_by for rule, _ in found})
    return sorted(found, key=lambda pair: depths[pair[0].id]) if any(depths.values()) else found


def _judge(here: _Turn, found: Sequence[tuple[Rule, Match]]) -> tuple[list[Judged], list[AlertWrite]]:
    rows, writes = [], []
    if here.requiring is not None:
        made = here.requiring.judge(here.stored, here.item, found, here.pouring, here.now)
        rows, writes = made.rows, made.writes
    for rule, match in found:
        if rule.require is not None:
            continue
        held = _held(here, rule, match)
        if held is not None:
            rows.append(Judged(match=match, reason=held, alert=None))
            continue
        change = _change(here, match)
        writes.append(_tell(here, rule, change, match.evidence))
        rows.append(Judged(match=match, reason=change.reason, alert=change.alert.id))
    writes.extend(_retractions(here, {rule.id for rule, _ in found}))
    writes.extend(retracted_courses(here.turn, here.runtime, here.stored, here.item, here.now))
    return rows, writes


def _held(here: _Turn, rule: Rule, match: Match) -> Reason | None:
    """Why a match raises nothing: it is history, or a revision of history that says nothing else than before.

    History is also what was stored before the rule, or the rule's present form, was loaded.
    """
    mark = here.item.new.mark
    if mark != LIVE:
        return _HELD[mark]
    prior = here.item.prior.get(match.rule)
    if prior is not None and prior.alert is not None:
        return None
    if here.item.before is None:
        judged = prior is not None or (here.item.traces is not None and rule.version not in here.item.traces.rules)
        return Reason.FIRST_SIGHT if judged and _stood_before(here, match) else None
    evidence = _matched_before(here, rule) if prior is None else prior.evidence
    if evidence is None:
        return None
    return None if _news(here, evidence, match) else Reason.FIRST_SIGHT


def _matched_before(here: _Turn, rule: Rule) -> tuple[Evidence, ...] | None:
    """What the rule as it is now finds in the text before the revision; None if it does not match there."""
    if here.item.before is None:
        return None
    judgement = judge_rule(rule, here.item.before)
    return judgement.evidence if judgement.matched else None


def _stood_before(here: _Turn, match: Match) -> bool:
    """Whether the pruned text said already what matches now; a row must not have changed at all."""
    traces, text = here.item.traces, here.item.new.article.text
    if traces is None:
        return False
    return traces.hold_all(text) if here.item.new.kind == "row" else traces.hold(text, match.evidence)


def _change(here: _Turn, match: Match) -> Change:
    item, article = here.item, here.item.new.article
    existing = here.alerts.get((match.rule, article.subject))
    prior = item.prior.get(match.rule)
    if isinstance(item.reading.about, Transition):
        change = judge_moved(existing, match, article, item.reading.about, here.now)
        return _with_free_id(here, change) if existing is None else change
    if existing is None:
        return _raise(here, match)
    if prior is None and item.new.kind == "row":
        return _row_again(here, existing, match)
    if prior is None or (item.before is None and item.traces is None):
        news = sums_told(here.turn, item.reading, existing, match)
        news += facts_told(here.turn, here.runtime, item.reading, existing, match)
        if not news:
            return judge(existing, match, article, here.now)
        return judge_revision(existing, match, article, here.now, news=news)
    return judge_revision(existing, match, article, here.now, news=_news(here, prior.evidence, match))


def _raise(here: _Turn, match: Match) -> Change:
    """A new alert; a subject's name may have been used before, by a source that is called otherwise since."""
    change = _with_free_id(here, judge(None, match, here.item.new.article, here.now))
    return replace(change, news=_of_row(here)) if here.item.new.kind == "row" else change


def _row_again(here: _Turn, existing: Alert, match: Match) -> Change:
    """What becomes of the alert of a row that did not match last time: whatever happens to a row is news."""
    news = (ADDED,) if here.item.new.number is None else _news(here, (), match)
    change = judge_revision(existing, match, here.item.new.article, here.now, news=news)
    return replace(change, news=change.news or news) if change.told else change


def _with_free_id(here: _Turn, change: Change) -> Change:
    """The change of a new alert under an id that no other has."""
    while here.turn.alerts.taken(change.alert.id):
        change = replace(change, alert=replace(change.alert, id=alert_id(change.alert.id, change.alert.subject)))
    return change


def _of_row(here: _Turn) -> tuple[str, ...]:
    """What became of a row since the poll before: it came, or other fields stand in it."""
    if here.item.new.number is None:
        return (ADDED,)
    return () if here.item.before is None else row_changes(here.item.before, here.item.reading)


def _news(here: _Turn, old: Sequence[Evidence], match: Match) -> tuple[str, ...]:
    """What the revision says that a reader must hear of: any change of a row, else what changed in the evidence."""
    before, after = here.item.before, here.item.new.article.text
    if before is None:
        return () if _stood_before(here, match) else ("the article was changed; its earlier text is not kept",)
    if here.item.new.kind == "row":
        return row_changes(before, here.item.reading)
    return material_changes(evidence_sentences(before.text, old), evidence_sentences(after, match.evidence))


def _retractions(here: _Turn, still: set[str]) -> list[AlertWrite]:
    """Alerts that rest on this article's earlier text, which no longer says it.

    It must be the text that changed: a rule that was paused or altered since takes nothing back. Whoever was told hears
    it of an alert that was put away since, too.
    """
    article = here.item.new.article
    writes = []
    for rule_id, prior in here.item.prior.items():
        existing = here.alerts.get((rule_id, article.subject))
        rule = here.runtime.rule_set.rule(rule_id)
        if rule_id in still or existing is None or rule is None or prior.alert is None or rule.mode == "paused":
            continue
        if rule.require is not None and rule.require.kind == "sources":  # whether it holds without this one, it says
            continue
        if here.item.before is not None and _matched_before(here, rule) is None:
            continue
        if existing.article == article.id and (existing.state == "open" or here.turn.lifecycle.put_away(existing.id)):
            change = retract(existing, article, here.now)
            if here.item.new.kind == "row":
                change = replace(change, news=change.news + _of_row(here))
            writes += _taken_back(here, rule, change)
        stays = here.alerts[rule_id, article.subject]
        for write in retracted_merged(here.turn, here.runtime, here.stored, here.item, stays, here.now):
            writes.append(write)
            here.alerts[rule_id, article.subject] = write.alert if write.alert.id == stays.id else stays
    return writes


def _taken_back(here: _Turn, rule: Rule, change: Change) -> list[AlertWrite]:
    """A retraction, and what it leaves standing of all that a merge had made one; not of what people put away."""
    before = here.alerts[rule.id, change.alert.subject]
    write = _tell(here, rule, change, ())
    again = standing_again(here.turn, here.runtime, before, here.said, here.now) if before.state == "open" else None
    if again is None:
        return [write]
    here.alerts[rule.id, again.alert.subject] = again.alert
    found = here.turn.lifecycle.alert(write.alert.id)
    assert found is not None, "an alert that took others in is stored"
    return [replace(write, alert=replace(write.alert, subject=found[0].subject)), again]


def _opened(here: _Turn) -> tuple[str, ...]:
    """The rules with an open alert on the same subject, those of this turn included."""
    subject = here.item.new.article.subject
    return tuple(rule for (rule, of), alert in here.alerts.items() if of == subject and alert.state == "open")


def _tell(here: _Turn, rule: Rule, change: Change, evidence: Sequence[Evidence]) -> AlertWrite:
    cause = Cause(
        article=here.item.new.article,
        reading=here.item.reading,
        rule=rule,
        evidence=evidence,
        number=here.stored.number,
        opened=_opened(here) if rule.holding.hidden_by else (),
    )
    write = tell_change(here.turn, here.runtime, change, cause, here.now, pouring=here.pouring)
    here.alerts[rule.id, here.item.new.article.subject] = write.alert
    return write
