"""Proofs that two articles are one and the same text by another way; likeness proves nothing here.

Each is guarded against templates: a link to a front page, a bare "Trading halt", one publisher's text under new titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from watcher.core.model import Reason
from watcher.core.stories.model import Kin, Newcomer
from watcher.core.stories.titles import likeness, numbers, says_little, swapped

LEAD_CHARS = 600
_SHORT_TEXT_CHARS = 200
_SAME_LONG_TEXT = timedelta(days=30)
_SAME_SHORT_TEXT = timedelta(days=3)
_SAME_TITLE = timedelta(days=7)
_TITLE_RATIO = 90.0
_LEAD_RATIO = 88.0


def oldest_day(now: datetime) -> datetime:
    """Titles older than this are no candidates for the same text."""
    return now - _SAME_TITLE


def is_place(link_key: str | None, kin: Sequence[Kin]) -> bool:
    """Whether a source gave that link to several articles: then it leads to a page about many, and proves nothing."""
    sources = [each.source for each in kin if link_key is not None and each.link_key == link_key]
    return len(sources) > len(set(sources))


def proof(new: Newcomer, old: Kin, *, place: bool) -> Reason | None:
    """What proves that the article is an earlier one by another way; None where nothing does."""
    age = abs(new.seen - old.seen)
    # A short text is a template as often as a text: "Trading halt" of next week is another one.
    short = len(new.text) < _SHORT_TEXT_CHARS
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


def _listed_apart(new: Newcomer, old: Kin) -> bool:
    """Whether short texts of one wording are two articles all the same ("Trading halt" of two firms).

    Their links differ, and either the words name nothing in particular, or one publisher lists both side by side. One
    source's two polls are no proof: its links may change from poll to poll.
    """
    if new.link_key is None or old.link_key is None or new.link_key == old.link_key:
        return False
    if says_little(new.title):
        return True
    same_host = urlsplit(new.link_key).netloc == urlsplit(old.link_key).netloc
    return same_host and (new.source != old.source or new.seen == old.seen)


def _retitled(new: Newcomer, old: Kin) -> bool:
    """Whether one publisher puts the same text under quite another title: a notice to subscribers, or a template."""
    hosts = {urlsplit(link).netloc for link in (new.link_key, old.link_key) if link is not None}
    if new.source != old.source and not (
        len(hosts) == 1 and hosts != {""} and None not in (new.link_key, old.link_key)
    ):
        return False
    return likeness(new.title, old.title) < _TITLE_RATIO or swapped(new.title, old.title, names=False)


def _same_words(new: Newcomer, old: Kin) -> bool:
    """Title and beginning nearly equal, no figure and no name changed: that would be another event of one template."""
    lead = new.text[:LEAD_CHARS]
    if numbers(new.title) != numbers(old.title) or set(numbers(lead)) != set(numbers(old.lead)):
        return False
    if swapped(new.title, old.title, names=False) or swapped(lead, old.lead, names=True):
        return False
    title = fuzz.ratio(new.title.casefold(), old.title.casefold(), score_cutoff=_TITLE_RATIO)
    return bool(title) and fuzz.ratio(lead, old.lead, score_cutoff=_LEAD_RATIO) > 0
