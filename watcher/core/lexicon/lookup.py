"""From what somebody calls a thing to how rules write it: by name or alias, in any language.

Never looks at an article, and never guesses by spelling: that is for messages about misspelt words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from watcher.core.lexicon.listed import Listed
from watcher.core.lexicon.model import Sort
from watcher.core.lexicon.names import Names
from watcher.core.text.plain import fold

_COUNTRY = "country"
_MOST = 3
"""Things of one name that a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One thing of the lexicon: how rules write it, what it is, and those of its names that were asked for."""

    id: str
    sort: str
    kind: str
    country: str
    name: str
    names: tuple[str, ...]


def written(names: Names, text: str, sort: Sort) -> str:
    """The tail of a message, `; "China" is written CN here`, where a thing of that sort, or a country, has the name."""
    called = _called(names)
    forms = fold(text), fold(text.replace("_", " "))
    for each in (sort, Sort.PLACE):
        ids = sorted({id_ for form in forms for id_ in called.get((each, form), ())})
        rules = [_rule_word(names, each, id_) for id_ in ids if each is sort or _is_country(names, id_)]
        if 0 < len(rules) <= _MOST:
            return f'; "{text}" is written {" or ".join(rules)} here'
    return ""


@lru_cache(maxsize=1)
def _called(names: Names) -> dict[tuple[Sort, str], tuple[str, ...]]:
    """The ids by sort and name, of every language; made once, as a list may hold thousands of unknown names."""
    found: dict[tuple[Sort, str], tuple[str, ...]] = {}
    for each in names.listed:
        for name in _names(each):
            key = (each.entity.sort, fold(name))
            found[key] = (*found.get(key, ()), each.entity.id)
    return found


def _is_country(names: Names, id_: str) -> bool:
    entity = names.entity(Sort.PLACE, id_)
    return entity is not None and entity.kind == _COUNTRY


def _rule_word(names: Names, sort: Sort, id_: str) -> str:
    """What a rule writes: the id; for a country its code, which stands for all that is in it."""
    entity = names.entity(sort, id_)
    return entity.code or id_ if entity is not None and entity.kind == _COUNTRY else id_


def known(names: Names, text: str) -> Iterator[Known]:
    """Everything with the text in its id or in a name of it, capitals or not; what is called just so comes first."""
    sought = fold(text).strip()
    whole = {id(each) for each in names.listed if sought in map(fold, _names(each))}
    for each in sorted(names.listed, key=lambda each: (id(each) not in whole, each.entity.id, each.entity.sort)):
        fit = tuple(name for name in _names(each) if sought in fold(name))
        if sought and (fit or sought in fold(each.entity.id.replace("_", " ")) or sought == fold(each.entity.id)):
            entity = each.entity
            yield Known(
                id=_rule_word(names, entity.sort, entity.id),
                sort=entity.sort.value,
                kind=entity.kind,
                country=entity.country or "",
                name=entity.name,
                names=tuple(name for name in fit if name != entity.name),
            )


def _names(listed: Listed) -> tuple[str, ...]:
    """All that a thing is called, as a reader would write it."""
    every = (
        listed.entity.name,
        *(name for names in listed.names.values() for name in names),
        *listed.guarded,
        *listed.capitals,
    )
    return tuple(dict.fromkeys(name.removeprefix("=") for name in every))
