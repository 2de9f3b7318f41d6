"""What becomes of an alert on a matter: raised by the first change that a rule takes, updated by every further one.

Never tells evidence again: what repeats a known status is nothing new, whoever says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.events.model import DENIED, RUMOURED
from watcher.core.matters.model import Change as What
from watcher.core.matters.model import Label, Transition
from watcher.core.model import Alert, Article, Match
from watcher.core.telling.alerts import Change, judge, judge_revision

OF_MATTER = "matter:"
"""How the subjects of alerts on matters begin."""


def judge_moved(existing: Alert | None, match: Match, article: Article, made: Transition, now: datetime) -> Change:
    """The change that an entry of a matter's time line makes to the alert of one rule on it."""
    news = news_of(made)
    if existing is None:
        change = replace(judge(None, match, article, now), news=news)
    else:
        change = judge_revision(existing, match, article, now, news=news)
    return replace(change, status=status_of(made))


def news_of(made: Transition) -> tuple[str, ...]:
    """What is new, in words; empty for evidence."""
    if not made.news:
        return ()
    when = f"{made.days.first}" if made.days.first == made.days.last else f"{made.days.first} to {made.days.last}"
    stated = when if made.days.stated else f"told {when}"
    passing = f"from background ({made.background})" if made.background else ""
    details = [each for each in (stated if made.change is What.STATUS else "", passing, made.document) if each]
    return (f"{made.news}{', ' if details else ''}{', '.join(details)}",)


def status_of(made: Transition) -> str | None:
    """The status that a message shows: how the matter stands, or that a note is unconfirmed or denied."""
    return made.told if made.label is not Label.NONE else made.after


def queued_status(news: Sequence[str], standing: str | None) -> str | None:
    """The status that a digest shows: that of a note by its mark, else how the matter stands."""
    marked = {Label.UNCONFIRMED.value: RUMOURED, Label.DENIED.value: DENIED}
    return next((status for label, status in marked.items() if news and news[0].startswith(f"{label}:")), standing)
