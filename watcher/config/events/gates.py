"""Conditions of `only_if` made into gates: names, trust, words and language of the article, joined by groups.

Never judges an article. The kinds are those of rules (rule language, section 3) that make sense of a whole article.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from watcher.config.events.lists import Lists
from watcher.config.rules.page import Keys, Page, shape
from watcher.core.events.recognisers import NEWS, STRANGER, TOP, Gate
from watcher.core.lexicon.model import Sort
from watcher.core.model import Trust, Zone
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

_SORTS = {"material": Sort.MATERIAL, "organisation": Sort.ORGANISATION, "place": Sort.PLACE}
KINDS = (*_SORTS, "trust", "words", "language")
_GROUPS = ("all", "any", "none")
_TRUSTS = tuple(trust.value for trust in Trust)
_ZONES = {
    **{zone.value: frozenset({zone}) for zone in Zone if zone is not Zone.CHROME},
    "top": TOP,
    "news": NEWS,
    "anywhere": frozenset(Zone) - {Zone.CHROME, Zone.RELATED},
}
_LEVELS = 20


@dataclass(slots=True, kw_only=True)
class Gates:
    """Reads conditions; `members` opens a name of the lexicon, None for one that it has not."""

    lists: Lists
    members: Callable[[Page, Node, str, Sort], frozenset[str]]
    _count: int = 0
    _found: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def read(self, page: Page, node: Node, level: int = 0) -> Gate | None:
        """The condition, or None with its faults noted."""
        if level > _LEVELS:
            page.error(node, "R003", f"conditions lie more than {_LEVELS} levels inside one another")
            return None
        if node.kind != "mapping":
            page.error(node, "R008", f'"only_if" must be a condition (a mapping), not {shape(node)}')
            return None
        names = node.keys()
        if any(name in names for name in _GROUPS):
            return self._group(page, node, level)
        kind = next((kind for kind in KINDS if kind in names), None)
        if kind is None:
            key = node.pairs[0][0] if node.pairs else node
            hint = did_you_mean(str(key.value), (*KINDS, *_GROUPS)) or f"; it is one of {', '.join(KINDS)}"
            page.error(key, "R012", f'unknown kind "{key.value}" in only_if{hint}')
            return None
        return self._leaf(page, node, kind)

    def _group(self, page: Page, node: Node, level: int) -> Gate | None:
        keys = page.mapping(node, Keys(noun="a group of only_if", allowed=_GROUPS))
        parts: dict[str, tuple[Gate, ...]] = dict.fromkeys(_GROUPS, ())
        for name, (_, value) in keys.items():
            read = [self.read(page, item, level + 1) for item in page.items(value, name)]
            if None in read:
                return None
            parts[name] = tuple(part for part in read if part is not None)
        return Gate(all=parts["all"], any=parts["any"], none=parts["none"])

    def _leaf(self, page: Page, node: Node, kind: str) -> Gate | None:
        keys = page.mapping(node, Keys(noun=f'"{kind}"', allowed=(kind, "in")))
        value = keys[kind][1]
        zones = NEWS
        if "in" in keys:
            named = [page.choice(each, "in", tuple(_ZONES), "R017") for _, each in page.texts(keys["in"][1], "in")]
            zones = frozenset(zone for name in named if name in _ZONES for zone in _ZONES[name])
        self._count += 1
        gate = Gate(kind=kind, zones=zones, key=str(self._count))
        if kind == "words":
            return replace(gate, words=self.lists.items(page, value, "words"))
        texts = page.texts(value, kind)
        if kind in _SORTS:
            ids = (id_ for text, place in texts for id_ in self._ids(page, place, text, _SORTS[kind]))
            found = frozenset(ids)
            return replace(gate, sort=_SORTS[kind], values=self._found.setdefault(found, found))
        for text, place in texts:
            if kind == "trust" and text not in _TRUSTS:
                hint = did_you_mean(text, _TRUSTS) or f"; it is one of {', '.join(_TRUSTS)}"
                page.error(place, "R017", f'unknown trust "{text}"{hint}')
        return replace(gate, values=frozenset(text for text, _ in texts))

    def _ids(self, page: Page, place: Node, text: str, sort: Sort) -> frozenset[str]:
        if sort is Sort.ORGANISATION and text == STRANGER:
            return frozenset({STRANGER})
        return self.members(page, place, text, sort)
