"""One clause of a rule file made into a condition: its options told from other kinds, its faults put in their place.

Never looks at an article and knows no kind by itself: kinds, options and most faults come from the table of
conditions.
Source: the rule language, section 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import cast

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from watcher.conditions.base import Concept, Context, Kind, Smell, Understanding, nothing_understood
from watcher.config.rules.faults import note_faults
from watcher.config.rules.lists import NamedList, is_name, written_in
from watcher.config.rules.page import Page
from watcher.core.lexicon.lookup import written
from watcher.core.lexicon.model import Sort
from watcher.core.rules.model import Clause, Condition
from watcher.core.text.inflection import Inflection
from watcher.core.text.spelling import did_you_mean
from watcher.core.text.words import WordItem
from watcher.core.yaml.strict import Node, plain

LISTS_OF = {"words": "words", "source": "sources"}
"""Kinds whose values may name a list, and the sort that it must be of."""
OWNED = {"remind": "calendar", "conditional": "calendar"}
"""Options that one kind has and others are easily thought to have."""
ELSEWHERE = {
    "same": "; it stands beside a list of clauses: {all: [{...}, {...}], same: sentence}",
    "require": "; it is a key of the rule, beside when",
}
"""Keys that are easily written into a clause, and where they go."""
ENTITIES = {Sort.ORGANISATION: "organisations", Sort.MATERIAL: "materials", Sort.PLACE: "places"}
"""Lists of the lexicon's ids, by the sort of thing."""


@dataclass(slots=True, kw_only=True)
class Clauses:
    """Reads clauses. `lists` are the set's, with the lists inside them opened; `sources` the configured ids.

    Where `sources` is a mapping, it says what each of them brings.
    """

    kinds: Mapping[str, type[Kind]]
    lists: Mapping[str, NamedList]
    sources: Collection[str] | None
    inflections: Mapping[str, Inflection]
    understanding: Understanding = nothing_understood
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        """Put the lists into the form that conditions are built with."""
        words = {name: concept(entry) for name, entry in self.lists.items() if entry.sort == "words"}
        sources = {
            name: tuple(item for items in entry.items.values() for item in items)
            for name, entry in self.lists.items()
            if entry.sort == "sources"
        }
        known = None if self.sources is None else frozenset(self.sources)
        self.context = Context(
            inflections=self.inflections,
            words=words,
            sources=sources,
            known_sources=known,
            brings=self.sources if isinstance(self.sources, Mapping) else {},
            understanding=self.understanding,
            entities={sort: self._entities(sort, plural) for sort, plural in ENTITIES.items()},
            countries=self._countries(),
        )

    def _entities(self, sort: Sort, plural: str) -> dict[str, frozenset[str]]:
        """The ids that the set's own lists of a sort stand for."""
        understander = self.understanding() if any(entry.sort == plural for entry in self.lists.values()) else None
        if understander is None:
            return {}
        names = understander.names
        found: dict[str, frozenset[str]] = {}
        for name, entry in self.lists.items():
            if entry.sort != plural:
                continue
            ids: set[str] = set()
            if any(each is sort for each, _ in names.members(name)):
                text = f'list "{name}" is taken: names in rules call that {sort.value} already; choose another'
                entry.page.error(entry.node, "R010", text)
            for item in (item for items in entry.items.values() for item in items):
                known = names.called(sort, item)
                if not known:
                    hint = written(names, item, sort) or did_you_mean(item, names.group_names)
                    hint = hint or "; add it to a file named under lexicon:"
                    entry.page.error(
                        written_in(entry, item), "R017", f'list "{name}": unknown {sort.value} "{item}"{hint}'
                    )
                ids |= known
            found[name] = frozenset(ids)
        return found

    def _countries(self) -> dict[str, frozenset[str]]:
        """The countries that the lists of organisations say, by the organisation's id."""
        said = [pair for entry in self.lists.values() for pair in entry.countries.items()]
        understander = self.understanding() if said else None
        found: dict[str, frozenset[str]] = {}
        for name, country in said:
            for each in understander.names.called(Sort.ORGANISATION, name) if understander is not None else ():
                found[each] = found.get(each, frozenset()) | {country}
        return found

    def options_of(self, kind: str) -> tuple[str, ...]:
        """The options that a kind takes besides its own value."""
        fields = self.kinds[kind].Options.model_fields
        names = (info.alias or name for name, info in fields.items())
        return tuple(name for name in names if name != kind)

    def option_names(self) -> frozenset[str]:
        """Every option of every kind."""
        return frozenset(name for kind in self.kinds for name in self.options_of(kind))

    def read(self, page: Page, node: Node, kind: str, path: str) -> Clause | None:
        """The clause of that kind in its place, or None with its faults noted."""
        faults = page.errors
        options = self.options_of(kind)
        for key, value in node.pairs:
            name = str(key.value)
            if name != kind and name not in options:
                self._no_option(page, key, kind, options)
            elif value.kind == "sequence" and not value.items:
                page.error(value, "R016", f"{name}: is empty; leave it out")
            elif name in LISTS_OF and name == kind:
                self._check_names(page, value, kind)
        known = tuple(pair for pair in node.pairs if pair[0].value in (kind, *options))
        condition = self._condition(page, replace(node, pairs=known), kind)
        if condition is None or page.errors > faults:
            page.surely(node)
            return None
        for smell in cast("tuple[Smell, ...]", getattr(condition, "smells", ())):
            page.warn(cast("Node", node.get(kind)), smell.code, smell.text)
        return Clause(condition=condition, path=path, line=node.line, column=node.column)

    def _no_option(self, page: Page, key: Node, kind: str, options: tuple[str, ...]) -> None:
        """A key that the kind does not take: another statement, or a slip."""
        name = str(key.value)
        if name in self.kinds or name == "use":
            page.error(key, "R015", f'two statements in one clause, "{kind}" and "{name}"; write two clauses')
            return
        owner = OWNED.get(name)
        if owner is not None and owner in self.kinds:
            page.error(key, "R032", f'"{name}" belongs to {owner}, not to {kind}')
            return
        near = ELSEWHERE.get(name) or did_you_mean(name, (*options, *self.kinds))
        near = near or (f"; it has {', '.join(options)}" if options else "")
        page.error(key, "R013", f'"{kind}" has no option "{name}"{near}')

    def _condition(self, page: Page, node: Node, kind: str) -> Condition | None:
        """The condition that the kind builds; what the kind refuses is noted where it stands."""
        try:
            options = self.kinds[kind].Options.model_validate(plain(node))
        except ValidationError as error:
            note_faults(page, node, error, self.kinds[kind].Options)
            return None
        context = replace(self.context, known_sources=None) if page.pack else self.context
        try:
            return self.kinds[kind].build(options, context)
        except PydanticCustomError as error:
            self._refused(page, node, kind, [error])
        except ExceptionGroup as several:
            self._refused(page, node, kind, several.exceptions)
        except ValueError as error:
            page.error(cast("Node", node.get(kind)), "R030", str(error))
        return None

    def _refused(self, page: Page, node: Node, kind: str, faults: Iterable[Exception]) -> None:
        """What the kind refused, once or several times; nothing where a fault of its value is noted already."""
        value = cast("Node", node.get(kind))
        if any(page.faulty(each) for each in (value, *value.items)):
            return
        for fault in faults:
            if isinstance(fault, PydanticCustomError):
                place = _written(node, value, fault)
                page.error(place, *(self._other_sort(place, fault) or (fault.type, fault.message())))
            else:
                page.error(value, "R030", str(fault))

    def _other_sort(self, place: Node, fault: PydanticCustomError) -> tuple[str, str] | None:
        """R020: a name that is unknown as such a thing, but a list of another sort."""
        known = self.lists.get(str(place.value).strip("<>")) if fault.type == "R017" else None
        plural = next(
            (plural for sort, plural in ENTITIES.items() if f"unknown {sort.value} " in fault.message()), None
        )
        if known is None or plural is None or known.sort == plural:
            return None
        return "R020", f'list "{known.name}" holds {known.sort}; here it takes {plural}'

    def _check_names(self, page: Page, value: Node, kind: str) -> None:
        """Names of lists and sources among the values, each fault in its own place."""
        for node in value.items or (value,):
            text = node.value
            if not isinstance(text, str):
                continue
            if is_name(text) or (kind == "source" and text in self.lists):
                self._check_list(page, node, text, kind)
            elif kind == "source" and not page.pack:
                self._check_source(page, node, text)
            elif kind == "words" and not page.pack and text in self.lists and self.lists[text].sort == "words":
                page.warn(node, "R078", f'"{text}" is sought as a word here; the list of that name is <{text}>')

    def _check_list(self, page: Page, node: Node, text: str, kind: str) -> None:
        """That a list is there and holds what the clause needs."""
        known = self.lists.get(text[1:-1] if is_name(text) else text)
        if known is None:
            near = did_you_mean(text, [f"<{name}>" for name in self.lists])
            page.error(node, "R018", f'unknown list "{text}"{near}')
        elif known.sort != LISTS_OF[kind]:
            page.error(node, "R020", f'list "{known.name}" holds {known.sort}; {kind}: needs {LISTS_OF[kind]}')

    def check_lists(self) -> None:
        """Note sources in lists of the user's own that the configuration has not."""
        for entry in self.lists.values():
            for item in (item for items in entry.items.values() for item in items):
                if entry.sort == "sources" and not entry.page.pack and not is_name(item):
                    self._check_source(entry.page, written_in(entry, item), item)

    def _check_source(self, page: Page, node: Node, text: str) -> None:
        """That a source of the configuration is meant."""
        if self.sources is None or text == "*" or any(fnmatchcase(name, text) for name in self.sources):
            return
        page.error(node, "R017", f'unknown source "{text}"{did_you_mean(text, (*self.sources, *self.lists))}')


def _written(node: Node, value: Node, fault: PydanticCustomError) -> Node:
    """Where in a clause the value stands that a fault is about; the kind's own value where it tells none."""
    at = (fault.context or {}).get("at")
    values = (each for each in (value, *(pair[1] for pair in node.pairs)) if at)
    return next((item for each in values for item in (each.items or (each,)) if item.value == at), value)


def concept(entry: NamedList) -> Concept:
    """A word list as conditions take it."""
    return Concept(items=_items(entry.items), masks=_items(entry.masks))


def _items(items: Mapping[str, tuple[str, ...]]) -> tuple[WordItem, ...]:
    return tuple(WordItem(text=text, language=language) for language, texts in items.items() for text in texts)
