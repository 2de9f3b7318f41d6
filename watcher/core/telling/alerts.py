"""What becomes of an alert when a rule matches: raised, updated, nothing new, retracted, each with its reason.

Never decides who is told (that is `routes`), and never calls a restatement news.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.facts.replaced import REPLACED_AFTER, REPLACES
from watcher.core.ledger import AlertWrite, Decision
from watcher.core.model import Alert, AlertId, Article, ArticleId, Evidence, Match, Reason, RuleId
from watcher.core.telling.outbox import short_hash
from watcher.core.text.plain import sentences

RuleArticle = tuple[RuleId, ArticleId]
"""A rule and an article of which it is asked whether it matches."""
TOLD_CHANGES = frozenset({Reason.RAISED, Reason.SEVERITY_RAISED, Reason.UPDATED, Reason.RETRACTED})

# A figure with what stands before or after it: the amounts, dates and shares whose change is news.
_FIGURE = re.compile(
    r"[A-Z]{0,3}[$€£¥]?\d+(?:[.,:]\d+)*"
    r"\s?(?:%|per cent|percent|million|billion|trillion|bn|m|t|kg|tonnes|[年月日万亿])?"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|denie[sd]|deny|refus\w+|reject\w*|cancel\w*|nicht|kein\w*)\b|n't\b|不|未|没有|否认|ない|否定",
    re.IGNORECASE,
)
# "$57 million, not $75 million" states one figure and takes the other back: neither news of its own nor a denial.
_REPLACED = re.compile(
    rf"{REPLACES}{_FIGURE.pattern}|{_FIGURE.pattern}[^\s\d.,。、]{{0,6}}{REPLACED_AFTER}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one match did to its alert: the alert's new state, the reason, and in words what is new.

    `status` is how the matter stands that the alert is about; None for any other alert.
    """

    alert: Alert
    reason: Reason
    news: tuple[str, ...]
    status: str | None = None

    @property
    def told(self) -> bool:
        """Whether somebody may be told of it."""
        return self.reason in TOLD_CHANGES


def alert_id(rule: str, subject: str) -> AlertId:
    """The id of the alert of one rule on one subject."""
    return AlertId("a-" + short_hash(rule, subject)[:12])


def judge(existing: Alert | None, match: Match, article: Article, now: datetime) -> Change:
    """The change that a match on a new article makes."""
    if existing is None or existing.state != "open":
        return Change(alert=_raised(existing, match, article, now), reason=Reason.RAISED, news=())
    news: list[str] = []
    reason = Reason.NOTHING_NEW
    if article.trust.rank < existing.trust.rank:
        reason = Reason.UPDATED
        news.append(f"now also from {article.publisher}, {words_of(article.trust)}")
    if match.severity.rank > existing.severity.rank:
        reason = Reason.SEVERITY_RAISED
        news.append(f"severity {existing.severity} rises to {match.severity}")
    return _changed(existing, match, article, now, reason=reason, news=tuple(news))


def judge_revision(existing: Alert, match: Match, article: Article, now: datetime, *, news: tuple[str, ...]) -> Change:
    """The change that a revision makes whose earlier text matched too; `news` is what it says otherwise than before."""
    if existing.state != "open" and not news:
        return Change(alert=existing, reason=Reason.NOTHING_NEW, news=())
    plain = judge(existing, match, article, now)
    if plain.reason is Reason.RAISED:  # it was closed before; what is new is told all the same
        return replace(plain, news=news)
    reason = Reason.UPDATED if plain.reason is Reason.NOTHING_NEW and news else plain.reason
    return _changed(existing, match, article, now, reason=reason, news=plain.news + news)


def judge_news(
    existing: Alert | None, match: Match, article: Article, now: datetime, *, news: tuple[str, ...]
) -> Change:
    """The change that something makes which is news by itself, and says what is new in words of its own."""
    if existing is None or existing.state != "open":
        return replace(judge(existing, match, article, now), news=news)
    return judge_revision(existing, match, article, now, news=news)


def retract(existing: Alert, article: Article, now: datetime) -> Change:
    """The change that a revision makes whose text no longer matches: told once, and the alert is closed."""
    alert = replace(existing, state="closed", updated=now, occasions=existing.occasions + 1)
    news = (f"{article.publisher} changed the article; what matched is no longer in it",)
    return Change(alert=alert, reason=Reason.RETRACTED, news=news)


def successor(merged: Iterable[Alert], says: Collection[RuleArticle], since: datetime) -> Alert | None:
    """Which of the alerts that one took in `since` it was raised stands in its place: the most severe, then the oldest.

    Args: says - rule and article wherever an article still says what the rule looks for. Returns: None if none stands.
    """
    left = [each for each in merged if each.updated >= since and (each.rule, each.article) in says]
    return min(left, key=lambda each: (-each.severity.rank, each.raised, each.id), default=None)


def stand_again(merged: Alert, ended: Alert, now: datetime, *, evidence: tuple[Evidence, ...]) -> Change:
    """The change that the retraction of the alert that took it in makes: raised, for the retraction is not of it.

    All hear it anew, for whoever reads the retraction takes it for one of all that the merge made one.
    """
    alert = replace(
        merged,
        subject=ended.subject,
        state="open",
        raised=now,
        updated=now,
        occasions=merged.occasions + 1,
        evidence=evidence or merged.evidence,
    )
    news = (f"it still stands: taken back is only {ended.id}, with which it was made one",)
    return Change(alert=alert, reason=Reason.RAISED, news=news)


def ended(
    existing: Alert, article: Article, now: datetime, *, evidence: tuple[Evidence, ...], news: tuple[str, ...]
) -> Change:
    """The change that the end of what an alert is about makes: told once, with what came of it, and it is closed."""
    alert = replace(
        existing,
        article=article.id,
        state="closed",
        updated=now,
        occasions=existing.occasions + 1,
        evidence=evidence or existing.evidence,
    )
    return Change(alert=alert, reason=Reason.UPDATED, news=news)


def closed(alert: Alert, at: datetime, detail: str, number: int = 0) -> AlertWrite:
    """The end of an alert of which nobody is told. Args: number - the row of the article that ends it, or 0."""
    decision = Decision(
        alert=alert.id, change=Reason.CLOSED, way="alert", reason=Reason.CLOSED, detail=detail, occasion=None
    )
    return AlertWrite(alert=replace(alert, state="closed", updated=at), number=number, decisions=(decision,))


def material_changes(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """What changed between the evidence's sentences that a reader must hear of: figures, dates, negation.

    Wording, order, spelling and punctuation are not news.
    """
    before, after = (_REPLACED.sub(" ", " ".join(each)) for each in (old, new))
    gone, come = _figures(before) - _figures(after), _figures(after) - _figures(before)
    news = []
    if come or gone:
        news.append(f"figures changed: {_listed(gone)} before, {_listed(come)} now")
    if bool(_NEGATION.search(before)) != bool(_NEGATION.search(after)):
        news.append(
            "what was said is now denied or negated" if _NEGATION.search(after) else "a denial or negation is gone"
        )
    return tuple(news)


def evidence_sentences(text: str, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The sentences of `text` that the evidence lies in, in the text's order."""
    starts = sorted({e.start for e in evidence if e.start is not None and e.start < len(text)})
    found: dict[int, str] = {}
    for start in starts:
        begin = text.rfind("\n", 0, start) + 1
        end = text.find("\n", start)
        for from_, to in sentences(text, begin, len(text) if end < 0 else end):
            if from_ <= start < to:
                found[from_] = text[from_:to]
    return tuple(found[key] for key in sorted(found))


def words_of(value: str) -> str:
    """A member's value as words: trade_press is trade press."""
    return value.replace("_", " ")


def _figures(text: str) -> set[str]:
    return {" ".join(figure.split()) for figure in _FIGURE.findall(text) if any(c.isdigit() for c in figure)}


def _listed(figures: set[str]) -> str:
    return ", ".join(sorted(figures)[:5]) or "none"


def _raised(existing: Alert | None, match: Match, article: Article, now: datetime) -> Alert:
    return Alert(
        # A story merged by hand may have brought an alert along that was made for another subject: its id stays.
        id=alert_id(match.rule, article.subject) if existing is None else existing.id,
        rule=match.rule,
        rule_version=match.rule_version,
        subject=article.subject,
        article=article.id,
        severity=match.severity,
        trust=article.trust,
        state="open",
        raised=now,
        updated=now,
        occasions=1 if existing is None else existing.occasions + 1,
        evidence=match.evidence,
    )


def _changed(
    existing: Alert, match: Match, article: Article, now: datetime, *, reason: Reason, news: tuple[str, ...]
) -> Change:
    if reason is Reason.NOTHING_NEW:
        return Change(alert=existing, reason=reason, news=())
    alert = replace(
        existing,
        rule_version=match.rule_version,
        article=article.id,
        severity=max(existing.severity, match.severity, key=lambda s: s.rank),
        trust=min(existing.trust, article.trust, key=lambda t: t.rank),
        updated=now,
        occasions=existing.occasions + 1,
        evidence=match.evidence,
    )
    return Change(alert=alert, reason=reason, news=news)
