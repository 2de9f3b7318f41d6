"""Items of words as clauses write them: checked, their `<lists>` found, and compiled once for all clauses.

Never looks at an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from watcher.conditions.base import Concept, Context, refusal
from watcher.conditions.language import checked_code
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.words import WordItem, WordList, item_fault

_REFERENCE = re.compile(r"<([^<>]+)>")


def checked_item(item: str) -> str:
    """An item that can be sought, or a reference to a list. Raises R030."""
    fault = None if _REFERENCE.fullmatch(item) else item_fault(item)
    if fault is not None:
        raise refusal("R030", fault)
    return item


def checked_language(code: str) -> str:
    """A language code as lists use it. Raises R017."""
    return code if code == "any" else checked_code(code)


def concepts_of(items: Iterable[str], context: Context) -> list[Concept]:
    """The items themselves, and, each apart so that its masks stay its own, the lists among them. Raises R018, R030."""
    written = tuple(items)
    own = tuple(WordItem(text=item) for item in written if not _REFERENCE.fullmatch(item))
    listed = [_concept(item, context) for item in written if _REFERENCE.fullmatch(item)]
    return [Concept(items=own), *listed] if own else listed


def compiled(concept: Concept, context: Context) -> WordList:
    """The concept's word list, made once for all clauses."""
    key = (concept.items, concept.masks)
    if key not in context.compiled:
        context.compiled[key] = WordList.of(concept.items, concept.masks, context.inflections)
    return context.compiled[key]


def _concept(reference: str, context: Context) -> Concept:
    name = reference[1:-1]
    if name not in context.words:
        hint = did_you_mean(reference, [f"<{each}>" for each in context.words])
        raise refusal("R018", f'unknown list "{reference}"{hint}')
    found = context.words[name]
    fault = next((fault for item in (*found.items, *found.masks) if (fault := item_fault(item.text)) is not None), None)
    if fault is not None:
        raise refusal("R030", f"list {reference}: {fault}")
    return found


def listed_under(concept: Concept, languages: tuple[str, ...]) -> Concept:
    """The concept with its plain items put under these languages, and without those of other languages."""
    if not languages or "any" in languages:
        return concept
    return Concept(items=_under(concept.items, languages), masks=_under(concept.masks, languages))


def _under(items: tuple[WordItem, ...], languages: tuple[str, ...]) -> tuple[WordItem, ...]:
    return tuple(
        WordItem(text=item.text, language=language)
        for item in items
        for language in languages
        if item.language in {"any", language}
    )
