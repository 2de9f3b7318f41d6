"""Rules on the health of sources judged again over what was told of it; nothing is stored.

Never judges what nobody was told: a trouble that was over before it was believed is in no history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watcher.app.replayed_alerts import Alerts
from watcher.app.replayed_asking import Asking, Happened, replayed_asking
from watcher.core.ledger import Stored
from watcher.core.model import Article, Match
from watcher.core.rules.evaluate import judge, look
from watcher.core.rules.model import Rule
from watcher.core.text.reading import Reading, reading_of
from watcher.core.watching.episodes import HealthEvent
from watcher.core.watching.states import RECOVERED, state_of
from watcher.pipeline.judging.asking import beside_health
from watcher.pipeline.judging.fired import said_article
from watcher.pipeline.judging.health_rules import HEALTH
from watcher.pipeline.runtime import Runtime
from watcher.stores.sqlite.replaying import Replayed, ReplayTable, Span


def replayed_health(
    table: ReplayTable, runtime: Runtime, rules: Sequence[Rule], span: Span
) -> tuple[list[Replayed], int]:
    """What rules on health would have told in that time, and how many events are of sources that are gone."""
    found: list[Replayed] = []
    alerts: dict[str, Alerts] = {}
    asking = {rule.id: Asking(rule=rule, kind=HEALTH, table=table) for rule in rules if rule.require is not None}
    gone = 0
    for event, says in table.health(span.until):
        state, source = state_of(event), runtime.sources.get(event.source)
        if state is None:
            continue
        if source is None:
            gone += span.since is None or event.at >= span.since
            continue
        article = said_article(
            runtime,
            source,
            title=says,
            fields=(("state", state),),
            key=f"health:{event.kind}",
            subject=f"source:{event.source}",
            at=event.at,
            seen=event.at,
        )
        reading = replace(reading_of(article), about=event)
        mine = alerts.setdefault(event.source, Alerts(kind=HEALTH, source=event.source, table=table))
        for rule in rules:
            if rule.require is not None:
                _ask(asking[rule.id], event, article, reading)
                continue
            found += mine.judged(rule, article, reading, event.at, (f"{event.source} is {state}",))
            if state == RECOVERED:
                mine.close(rule, article.subject)
    found += replayed_asking(list(asking.values()), span.until)
    return [each for each in found if span.since is None or each.at >= span.since], gone


def _ask(asking: Asking, event: HealthEvent, article: Article, reading: Reading) -> None:
    """One item for what the rule requires, where it or its requirement asks for that state."""
    rule = asking.rule
    judged = judge(rule, reading)
    if judged.matched or (rule.require is not None and any(look(node, reading).holds for node in rule.require.nodes)):
        match = None
        if judged.severity is not None:
            match = Match(rule=rule.id, rule_version=rule.version, severity=judged.severity, evidence=judged.evidence)
        asking.add(beside_health(event, article, reading, match, Stored(number=0, observation=0)))
    if not judged.matched and state_of(event) == RECOVERED:
        asking.happened.append(Happened(at=event.at, ends=article.subject))
