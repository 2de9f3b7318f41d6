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
from rapidfuzz.distance import Levenshtein

from watcher.core.ledger import StoryCandidate
from watcher.core.model import ArticleId, Reason, StoryId

SHORT_TEXT_CHARS = 200
_SAME_LONG_TEXT = timedelta(days=30)
_SAME_SHORT_TEXT = timedelta(days=3)
_SAME_TITLE = timedelta(days=7)
_TITLE_RATIO = 90.0
_LEAD_RATIO = 88.0
_LEAD_CHARS = 600
_SPELLING_RATIO = 80.0
_FEW_WORDS = 3
_FEW_CHARS = 24
"""So many letters (of CJK, a third) a title may have that names a sort of news and none in particular."""
_WORD = re.compile(r"[^\W_]+")
_NOTS = frozenset({"not", "no", "never", "without", "t", "nicht", "kein", "keine"})
_OPENERS = frozenset(
    {"the", "a", "an", "it", "this", "these", "that", "he", "she", "they", "in", "on", "at", "and", "but"}
)
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
    place = _is_place(new.link_key, candidates)
    for candidate in candidates:
        if bonds.get(candidate.article) == "cannot":
            continue
        reason = _proof(new, candidate, place=place)
        if reason is not None:
            return StoryDecision(
                story=candidate.story, reason=reason, detail=f"as {candidate.article} from {candidate.source}"
            )
    return StoryDecision(story=StoryId(new.id), reason=Reason.FOUNDED, detail="")


def _is_place(link_key: str | None, candidates: Sequence[StoryCandidate]) -> bool:
    """Whether a source gave that link to several articles: then it leads to a page about many, and proves nothing."""
    sources = [each.source for each in candidates if each.link_key == link_key]
    return len(sources) > len(set(sources))


def _proof(new: Newcomer, old: StoryCandidate, *, place: bool) -> Reason | None:
    age = new.seen - old.seen
    # A short text is a template as often as a text: "Trading halt" of next week is another one.
    short = len(new.text) < SHORT_TEXT_CHARS
    limit = _SAME_SHORT_TEXT if short else _SAME_LONG_TEXT
    if (
        new.text_sha256 == old.text_sha256
        and age <= limit
        and not (short and _listed_apart(new, old))
        and not _retitled(new, old)
    ):
        return Reason.SAME_TEXT
    if (
        new.link_key is not None
        and new.link_key == old.link_key
        and new.source != old.source
        and not place
        and _leads_somewhere(new.link_key)
    ):
        return Reason.SAME_LINK
    limit = _SAME_SHORT_TEXT if short else _SAME_TITLE
    if (
        new.title_key == old.title_key
        and age <= limit
        and _same_words(new, old)
        and not (short and _listed_apart(new, old))
    ):
        return Reason.SAME_TITLE_AND_TEXT
    return None


def _leads_somewhere(link_key: str) -> bool:
    parts = urlsplit(link_key)
    return bool(parts.path.strip("/") or parts.query)


def _listed_apart(new: Newcomer, old: StoryCandidate) -> bool:
    """Whether short texts of one wording are two articles all the same ("Trading halt" of two firms).

    Their links differ, and either the words name nothing in particular, or one publisher lists both side by side. One
    source's two polls are no proof: its links may change from poll to poll.
    """
    if new.link_key is None or old.link_key is None or new.link_key == old.link_key:
        return False
    if len(_WORD.findall(new.title)) <= _FEW_WORDS and _width(new.title) <= _FEW_CHARS:
        return True
    same_host = urlsplit(new.link_key).netloc == urlsplit(old.link_key).netloc
    return same_host and (new.source != old.source or new.seen == old.seen)


def _width(title: str) -> int:
    """The title's length, a character of CJK counting for three."""
    return sum(3 if "\u2e80" <= char <= "\uffff" else 1 for char in title)


def _retitled(new: Newcomer, old: StoryCandidate) -> bool:
    """Whether one publisher puts the same text under quite another title: a notice to subscribers, or a template."""
    hosts = {urlsplit(link).netloc for link in (new.link_key, old.link_key) if link is not None}
    if new.source != old.source and not (
        len(hosts) == 1 and hosts != {""} and None not in (new.link_key, old.link_key)
    ):
        return False
    alike = fuzz.ratio(new.title.casefold(), old.title.casefold()) >= _TITLE_RATIO
    return not alike or _swapped(new.title, old.title, names=False)


def _swapped(one: str, two: str, *, names: bool) -> bool:
    """Whether a word stands in another's place, or a negation came or went. `names`: only words written large count."""
    first, second = _WORD.findall(one), _WORD.findall(two)
    folded = [word.casefold() for word in first], [word.casefold() for word in second]
    if not names and (set(folded[0]) ^ set(folded[1])) & _NOTS:
        return True
    for op in Levenshtein.opcodes(*folded):
        before, after = first[op.src_start : op.src_end], second[op.dest_start : op.dest_end]
        if op.tag == "replace" and (not names or (_named(before) and _named(after))):
            ratio = fuzz.ratio(" ".join(before).casefold(), " ".join(after).casefold())
            if ratio < _SPELLING_RATIO:
                return True
    return False


def _named(words: Sequence[str]) -> bool:
    return any(word[0].isupper() and word.casefold() not in _OPENERS for word in words)


def _same_words(new: Newcomer, old: StoryCandidate) -> bool:
    """Title and beginning nearly equal, no figure and no name changed: that would be another event of one template."""
    lead = new.text[:_LEAD_CHARS]
    if _NUMBER.findall(new.title) != _NUMBER.findall(old.title) or set(_NUMBER.findall(lead)) != set(
        _NUMBER.findall(old.lead)
    ):
        return False
    if _swapped(new.title, old.title, names=False) or _swapped(lead, old.lead, names=True):
        return False
    title = fuzz.ratio(new.title.casefold(), old.title.casefold(), score_cutoff=_TITLE_RATIO)
    return bool(title) and fuzz.ratio(lead, old.lead, score_cutoff=_LEAD_RATIO) > 0
