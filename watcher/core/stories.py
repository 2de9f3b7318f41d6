"""Which story a new article belongs to: the same article by another way, or the same text again.

Decides on proof of sameness only (link, text, or title and beginning together); likeness alone never joins two stories,
because two deals of one template read more alike than two reports of one deal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from watcher.core.ledger import StoryCandidate
from watcher.core.model import ArticleId, Reason, StoryId

SHORT_TEXT_CHARS = 200
_SAME_LONG_TEXT = timedelta(days=30)
_SAME_SHORT_TEXT = timedelta(days=3)
_SAME_TITLE = timedelta(days=7)
_TITLE_RATIO = 90.0
_LEAD_RATIO = 88.0
_LEAD_CHARS = 600
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """The story an article joins or founds, why, and what it was compared with."""

    story: StoryId
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A new article as far as the decision needs it; `id` founds a story if none fits."""

    id: str
    source: str
    title: str
    text: str
    link_key: str | None
    title_key: str
    text_sha256: str
    seen: datetime

    def as_candidate(self, story: StoryId) -> StoryCandidate:
        """The article as one that later ones are compared with."""
        return StoryCandidate(
            article=ArticleId(self.id),
            story=story,
            source=self.source,
            title=self.title,
            lead=self.text[:_LEAD_CHARS],
            link_key=self.link_key,
            title_key=self.title_key,
            text_sha256=self.text_sha256,
            seen=self.seen,
        )


def title_key(title: str) -> str:
    """A key that titles with the same weightiest words share, whatever their order: a hash of the five longest."""
    found = sorted({word.casefold() for word in _WORD.findall(title)}, key=lambda word: (-len(word), word))[:5]
    return hashlib.sha256(" ".join(sorted(found)).encode()).hexdigest()[:16]


def oldest_day(now: datetime) -> datetime:
    """Titles older than this are no candidates."""
    return now - _SAME_TITLE


def decide(new: Newcomer, candidates: Sequence[StoryCandidate], bonds: Mapping[str, str]) -> StoryDecision:
    """The story of a new article. Candidates come oldest first; the first proof counts.

    Args:
        new: the article.
        candidates: earlier articles that share a link, a text or a title key with it.
        bonds: hand decisions, by article id: `must` or `cannot`.
    """
    for candidate in candidates:
        bond = bonds.get(candidate.article)
        if bond == "must":
            return StoryDecision(story=candidate.story, reason=Reason.BY_HAND, detail=f"with {candidate.article}")
    for candidate in candidates:
        if bonds.get(candidate.article) == "cannot":
            continue
        reason = _proof(new, candidate)
        if reason is not None:
            return StoryDecision(
                story=candidate.story, reason=reason, detail=f"as {candidate.article} from {candidate.source}"
            )
    return StoryDecision(story=StoryId(new.id), reason=Reason.FOUNDED, detail="")


def _proof(new: Newcomer, old: StoryCandidate) -> Reason | None:
    age = new.seen - old.seen
    # A short text is a template as often as a text: "Trading halt" of next week is another one.
    short = len(new.text) < SHORT_TEXT_CHARS
    if new.text_sha256 == old.text_sha256 and age <= (_SAME_SHORT_TEXT if short else _SAME_LONG_TEXT):
        return Reason.SAME_TEXT
    if (
        new.link_key is not None
        and new.link_key == old.link_key
        and new.source != old.source
        and _leads_somewhere(new.link_key)
    ):
        return Reason.SAME_LINK
    if new.title_key == old.title_key and age <= (_SAME_SHORT_TEXT if short else _SAME_TITLE) and _same_words(new, old):
        return Reason.SAME_TITLE_AND_TEXT
    return None


def _leads_somewhere(link_key: str) -> bool:
    parts = urlsplit(link_key)
    return bool(parts.path.strip("/") or parts.query)


def _same_words(new: Newcomer, old: StoryCandidate) -> bool:
    """Title and beginning nearly equal, and no figure changed: another figure is another event of one template."""
    lead = new.text[:_LEAD_CHARS]
    if _NUMBER.findall(new.title) != _NUMBER.findall(old.title) or set(_NUMBER.findall(lead)) != set(
        _NUMBER.findall(old.lead)
    ):
        return False
    title = fuzz.ratio(new.title.casefold(), old.title.casefold(), score_cutoff=_TITLE_RATIO)
    return bool(title) and fuzz.ratio(lead, old.lead, score_cutoff=_LEAD_RATIO) > 0
