"""What a reader is told of an alert, put together from article, rule and evidence; nothing is invented here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from watcher.core.articles.dates import counted_time
from watcher.core.model import Article, Evidence, OccasionId, Zone
from watcher.core.rules.model import Rule
from watcher.core.telling.alerts import Change
from watcher.core.telling.fields import DAY_ONLY, fields_of
from watcher.core.telling.messages import Handled, Quote, Told
from watcher.core.text.extracts import extract
from watcher.core.text.plain import sentences

_MAX_QUOTES = 3
_MAX_QUOTE_CHARS = 500

_DOUBTS = {
    "undated": "the publisher gives no date",
    "future_dated": "the publisher's date lies in the future; first sight counts",
    "ancient": "the publisher's date is not to be believed; first sight counts",
    "unreadable_date": "the publisher's date can't be read; first sight counts",
    "old_date": "the publisher's date is old, but its source did not list it before",
    "year_slip": "the publisher's date has the days of now in another year, perhaps a slip; first sight counts",
    "zoneless": "the publisher's time names no zone",
    "date_only": DAY_ONLY,
    "title_only": "only the title is known",
    "unverified": "the text relays what others told and says that nobody has verified it",
    "untitled": "the publisher gives no title; the first words stand for it",
    "guessed_charset": "the file is not in UTF-8 and names no charset; it was read as windows-1252",
    "damaged_text": "some characters of the text could not be read",
}
_NEITHER: Final = ("title_only", "untitled")
_EMPTY: Final = "the publisher gives neither title nor text"


def told(
    change: Change,
    *,
    occasion: OccasionId,
    article: Article,
    rule: Rule,
    evidence: Sequence[Evidence],
    handled: tuple[Handled, ...] = (),
) -> Told:
    """The alert as a message tells it."""
    marks = [(e.start, e.end) for e in evidence if e.start is not None and e.end is not None]
    fields = fields_of(article.subject, article.text, article.zones)
    spans = () if fields else extract(article.text, article.zones, marks)
    return Told(
        alert=change.alert.id,
        occasion=occasion,
        change=change.reason,
        severity=change.alert.severity,
        headline=article.title,
        news=said_first(change.news, rule.say) if fields else change.news,
        event_type=rule.event_type,
        status=change.status,
        publisher=article.publisher,
        host=article.host,
        trust=article.trust,
        published=article.published,
        seen=article.seen,
        quotes=quotes(article, evidence),
        rule=rule.id,
        rule_title=rule.title,
        rule_version=rule.version,
        why=why(evidence),
        link=article.link,
        language=article.language,
        summary=(fields,)
        if fields
        else (*said_of(article, rule.say), *(article.text[start:end] for start, end in spans)),
        flags=doubts(article.flags),
        article=article.id,
        story=article.story,
        subject=article.subject,
        handled=handled,
    )


def said_first(lines: Sequence[str], say: Sequence[str]) -> tuple[str, ...]:
    """Lines such as `value: 108 USD/kg`, those that a rule names first and in its order; what names nothing leads."""
    names = [each.partition(": ")[0] if ": " in each else "" for each in lines]
    places = [-1 if not name else say.index(name) if name in say else len(say) for name in names]
    return tuple(line for _, line in sorted(zip(places, lines, strict=True), key=lambda pair: pair[0]))


def said_of(article: Article, say: Sequence[str]) -> tuple[str, ...]:
    """What a rule asks to be said of an article that no message says by itself, in the rule's order."""
    known = {"author": article.author, "language": article.language}
    found = [f"{name}: {known[name]}" for name in say if known.get(name)]
    return (" · ".join(found),) if found else ()


def why(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """What met each clause that holds, then the clause in the rule's words, each once."""
    return tuple(f"{found} ({says})" if found else says for says, found in _met(evidence))


def matched(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """What met each clause that holds; the clause itself where it asks nothing of the words. For readers in a hurry."""
    return tuple(dict.fromkeys(found or says for says, found in _met(evidence)))


def _met(evidence: Iterable[Evidence]) -> list[tuple[str, str]]:
    """Each clause once, with the first three of the words that met it; a clause on no words repeats none."""
    met: dict[str, dict[str, None]] = {}
    for each in evidence:
        found = met.setdefault(each.says, {})
        if each.quote and each.start is not None:
            found[each.quote] = None
    # The step of a severity often asks again, and more narrowly, for the event that the rule is about.
    narrowest = {(says.partition(",")[0], tuple(found)): says for says, found in met.items() if found}
    kept = {says: found for says, found in met.items() if not found or says in narrowest.values()}
    return [(says, ", ".join(list(found)[:3])) for says, found in kept.items()]


def quotes(article: Article, evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The sentences that the evidence lies in, with its words marked; at most three, in the text's order."""
    marks = sorted({(e.start, e.end) for e in evidence if e.start is not None and e.end is not None})
    found: dict[tuple[int, int], tuple[str, list[tuple[int, int]]]] = {}
    for start, end in marks:
        zone, from_, to = _sentence(article, start)
        inside = found.setdefault((from_, to), (zone, []))[1]
        begin, stop = start - from_, min(end, to) - from_
        if not inside or begin >= inside[-1][1]:
            inside.append((begin, stop))
    return tuple(
        _quote(article, from_, to, zone, inside) for (from_, to), (zone, inside) in sorted(found.items())[:_MAX_QUOTES]
    )


def _quote(article: Article, start: int, end: int, zone: str, marks: list[tuple[int, int]]) -> Quote:
    cut = min(end, start + max(_MAX_QUOTE_CHARS, marks[-1][1]))
    return Quote(text=article.text[start:cut], marks=tuple(marks), zone=zone, language=article.language)


def _sentence(article: Article, at: int) -> tuple[str, int, int]:
    for zone in article.zones:
        if zone.start <= at < zone.end:
            for start, end in sentences(article.text, zone.start, zone.end):
                if start <= at < end:
                    return zone.zone, start, end
            return zone.zone, zone.start, zone.end
    return Zone.BODY, at, at + 1


def doubts(flags: Iterable[str]) -> tuple[str, ...]:
    """An article's flags in a reader's words."""
    found = tuple(flags)
    empty = all(flag in found for flag in _NEITHER)
    said = (_EMPTY if empty and flag in _NEITHER else _DOUBTS.get(flag, flag.replace("_", " ")) for flag in found)
    return tuple(dict.fromkeys(said))


def told_time(article: Article) -> datetime:
    """The time that an article counts by."""
    return counted_time(article.published, article.seen, article.flags)
