"""Rules on the health of sources judged again over what was told of it; nothing is stored.

Never judges what nobody was told: a trouble that was over before it was believed is in no history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watcher.app.replayed_alerts import Alerts
from watcher.core.rules.model import Rule
from watcher.core.text.reading import reading_of
from watcher.core.watching.states import RECOVERED, state_of
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
            found += mine.judged(rule, article, reading, event.at, (f"{event.source} is {state}",))
            if state == RECOVERED:
                mine.close(rule, article.subject)
    return [each for each in found if span.since is None or each.at >= span.since], gone
