"""Whether a rule tells too much or nothing, by how often it matched and what people said of its alerts; never why.

Source: the rule language, section 7 (R071).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from watcher.core.rules.model import Rule

LATELY = timedelta(days=90)
LONG = timedelta(days=365)
MOST_SHARE = 0.30
"""A rule that matches more of what is read does not choose."""
FEWEST_ARTICLES = 20
FEWEST_MARKS = 3
FEWEST_TOGETHER = 5


def matched_much(matched: int, articles: int) -> str:
    """What is said of a rule that matched too much of the last 90 days; "" for any other."""
    if articles < FEWEST_ARTICLES or matched <= MOST_SHARE * articles:
        return ""
    share = f"{100 * matched / articles:.0f} %"
    return f"matched {share} of the last {LATELY.days} days, {matched:,} articles"


def silent_long(last: datetime | None, loaded: datetime | None, now: datetime) -> str:
    """What is said of a rule that was there for a year and matched nothing in it; "" for any other."""
    if loaded is None or now - loaded < LONG or (last is not None and now - last < LONG):
        return ""
    before = f"; the last match was on {last:%Y-%m-%d}" if last is not None else "; it never matched"
    return f"matched nothing in a year{before}"


def marked_down(relevant: int, not_relevant: int) -> str:
    """What is said of a rule most of whose marked alerts were not worth telling; "" for any other."""
    marked = relevant + not_relevant
    if marked < FEWEST_MARKS or not_relevant <= relevant:
        return ""
    return f"{not_relevant} of {marked} marked alerts are not relevant"


def told_twice(raised: int, others: Iterable[Rule], rule: Rule) -> str:
    """What is said of a rule that told nothing that another one did not tell the same readers; "" for any other."""
    found = [each.id for each in others if _is_beside(rule, each)]
    if raised < FEWEST_TOGETHER or not found:
        return ""
    names = ", ".join(found)
    return f"each of its {raised:,} alerts of the last {LATELY.days} days came beside one of {names} (see: hidden_by)"


def _is_beside(rule: Rule, other: Rule) -> bool:
    """Whether nothing keeps both from the same readers."""
    hidden = other.id in rule.holding.hidden_by or rule.id in other.holding.hidden_by
    apart = rule.tell is not None and other.tell is not None and not set(rule.tell) & set(other.tell)
    return not hidden and not apart and other.mode != "paused"
