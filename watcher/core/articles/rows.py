"""Rows of a table over time: what changed in words, and what is kept of a row that is no longer listed.

Only fields that count are compared; what is merely shown beside them is never a change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Final

from watcher.core.articles.identity import TITLE_DIGITS, row_key
from watcher.core.model import Article, Draft, Zone, ZoneSpan
from watcher.core.text.reading import Reading

ADDED: Final = "added to the table"
REMOVED: Final = "removed from the table"
BACK: Final = "back in the table"
_GONE: Final = f"({REMOVED})"
"""The paragraph that a row's text ends with while no document lists it; no field is written so, without a name."""
_COUNTED: Final = frozenset({Zone.TITLE, Zone.BODY})
_NOTHING: Final = "nothing"
_DIGITS: Final = 64

Text = tuple[str, tuple[ZoneSpan, ...]]
"""A text with its zones."""


def row_changes(old: Reading, new: Reading) -> tuple[str, ...]:
    """What changed between two readings of a row, field by field: `status: Planned -> In Progress`."""
    before, after = _fields(old.text, old.zones), _fields(new.text, new.zones)
    stands = (_GONE in before, _GONE in after)
    whole = {(False, True): (REMOVED,), (True, False): (BACK,)}.get(stands, ())
    return whole + tuple(
        f"{name or 'label'}: {before.get(name) or _NOTHING} -> {after.get(name) or _NOTHING}"
        for name in (after | before)
        if name != _GONE and before.get(name) != after.get(name)
    )


def gone_digest(digest: str) -> str:
    """The entry hash of a row while it is not listed: no row that is listed has it."""
    return digest[:TITLE_DIGITS] + "0" * (_DIGITS - TITLE_DIGITS)


def missing(listed: Collection[str], stored: Collection[str]) -> list[str]:
    """The keys that were listed before and are no longer, in order."""
    return sorted(set(stored).difference(listed))


def is_gone(digest: str) -> bool:
    """Whether a row's entry hash says that it is not listed."""
    return digest.endswith("0" * (_DIGITS - TITLE_DIGITS))


def gone(article: Article, entry_sha256: str) -> Draft:
    """What a row says from now on that is no longer listed: what it said last, and that it is gone."""
    key = article.subject.partition("/")[2]
    text = f"{article.text}\n\n{_GONE}"
    span = ZoneSpan(zone=Zone.BODY, start=len(text) - len(_GONE), end=len(text))
    return Draft(
        keys=(row_key(key),),
        entry_sha256=gone_digest(entry_sha256),
        title=article.title,
        link=article.link,
        text=text,
        zones=(*article.zones, span),
        text_sha256=sha256(text.encode("utf-8", "replace")).hexdigest(),
        text_state=article.text_state,
        language=article.language,
        row_key=key,
    )


def rearranged(old: Text, draft: Draft) -> bool:
    """Whether a row says nothing else in the fields that both forms of it have: other columns are read now."""
    before, after = _fields(*old), _fields(draft.text, draft.zones)
    return all(before[name] == after[name] for name in (before.keys() & after.keys()) - {""})


def _fields(text: str, zones: Sequence[ZoneSpan]) -> dict[str, str]:
    """A row's fields by name; its label goes under the empty one."""
    lines = [text[span.start : span.end] for span in zones if span.zone in _COUNTED]
    if not lines:
        return {}
    pairs = ((_GONE, "", _GONE) if line == _GONE else line.partition(": ") for line in lines[1:])
    return {"": lines[0]} | {name: value for name, _, value in pairs}
