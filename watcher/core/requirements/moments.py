"""An item in the few words that a requirement asks of it: its times, whose it is, and what its rule says of it.

Never decides anything.
"""

from __future__ import annotations

from watcher.core.model import Severity
from watcher.core.requirements.fields import Fields
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.state import Moment, ticks
from watcher.core.rules.evaluate import Judgement, look
from watcher.core.rules.model import Requirement, Rule


def moment_of(
    rule: Rule, asked: Requirement, item: Sighting, judgement: Judgement | None, fields: Fields, *, wider: bool
) -> Moment:
    """The item as the requirement sees it; its values are those of `fields`."""
    whose: tuple[str, ...] = (item.story,)
    if asked.kind == "sources":
        whose = item.origins()
    elif asked.distinct == "articles":
        whose = (str(item.number),)
    severity = judgement.severity if judgement is not None else _severity(rule, item)
    return Moment(
        number=item.number,
        seen=ticks(item.seen),
        event=ticks(item.event),
        whose=whose,
        matches=judgement is not None,
        wider=wider,
        again=rule.id in item.again,
        held=item.held,
        revised=item.revised and item.sort == "article",
        values=fields.watched(asked.changed) if asked.changed else (),
        severity=(severity or Severity.NOTICE).value,
        own=item.subject,
    )


def _severity(rule: Rule, item: Sighting) -> Severity:
    """How loud a rule is for an item that its own condition need not hold for."""
    for step in rule.severity:
        if step.when is None or look(step.when, item.reading).holds:
            return step.severity
    return Severity.NOTICE
