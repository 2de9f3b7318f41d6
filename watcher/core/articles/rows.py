"""Rows of a table over time: what changed in words, and what is kept of a row that is no longer listed.

Only fields that count are compared; what is merely shown beside them is never a change.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Literal, NamedTuple

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

_LABEL: Final = ""

Text = tuple[str, tuple[ZoneSpan, ...]]
"""A text with its zones."""
RowVerb = Literal["added", "changed", "removed"]
"""What can become of a row; one that comes back is added again."""


class FieldChange(NamedTuple):
    """One field of a row: its name, what it said before and what it says now; "" where it said nothing."""

    name: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """`status: Planned -> In Progress`."""
        return f"{self.name}: {self.before or _NOTHING} -> {self.after or _NOTHING}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What became of a row of a table, as rules on tables judge it.

    `fields` are those that say something else than before; of a row that came or went, all that it says. `kept` is
    False where its earlier text was pruned, so that nobody knows what changed.
    """

    source: str
    key: str
    verb: RowVerb
    fields: tuple[FieldChange, ...]
    kept: bool = True


def row_change(subject: str, before: Text | None, after: Text, *, known: bool) -> RowChange:
    """What became of the row between two of its texts.

    Args: subject: `row:SOURCE/KEY`. before: None for a row that was not there (`known` false), or whose text was
    pruned.
    """
    source, _, key = subject.removeprefix("row:").partition("/")
    old = _fields(*before) if before is not None else {}
    new = _fields(*after)
    verb: RowVerb = "changed" if known else "added"
    if _GONE in new:
        verb, new = "removed", {}
    elif _GONE in old:
        verb, old = "added", {}
    names = [name for name in (new | old) if name not in {_LABEL, _GONE}]
    found = [FieldChange(name, old.get(name, ""), new.get(name, "")) for name in names]
    return RowChange(
        source=source,
        key=key,
        verb=verb,
        fields=tuple(each for each in found if each.before != each.after),
        kept=before is not None or not known,
    )


def with_row(reading: Reading, subject: str, before: Text | None, *, known: bool) -> Reading:
    """The row's text as rules on tables judge it: about what became of the row."""
    return replace(reading, about=row_change(subject, before, (reading.text, reading.zones), known=known))


def row_spans(reading: Reading, change: RowChange) -> dict[str, tuple[int, int]]:
    """Where each field stands in the row's text, by its name; its label goes under the empty one."""
    spans = [(span.start, span.end) for span in reading.zones if span.zone in _COUNTED]
    lines = {reading.text[start:end].partition(": ")[0]: (start, end) for start, end in spans[1:]}
    named = {each.name: lines[each.name] for each in change.fields if each.name in lines}
    return ({_LABEL: spans[0]} if spans else {}) | named


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
    return {_LABEL: lines[0]} | {name: value for name, _, value in pairs}
