"""One thing of the lexicon while its files are read: what each of them says of it, put together; never judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from watcher.config.rules.page import Page
from watcher.core.lexicon.listed import Listed
from watcher.core.lexicon.model import Entity, Sort
from watcher.core.yaml.strict import Node

ANY = ""
SORTS: Mapping[str, Sort] = {
    "materials": Sort.MATERIAL,
    "families": Sort.MATERIAL,
    "organisations": Sort.ORGANISATION,
    "places": Sort.PLACE,
    "countries": Sort.PLACE,
}
"""The sections whose entries have names, and the sort of thing in each."""
LISTS = ("guarded", "context", "with", "not", "lists", "materials", "members", "tickers", "capitals")
"""Keys whose values a later file adds to."""
TEXTS = ("name", "short", "code", "symbol", "group", "kind", "country", "region", "operator", "owner")
"""Keys whose values a later file replaces."""
Place = tuple[Page, Node]


@dataclass(slots=True, kw_only=True)
class Entry:
    """What the files say of one thing so far. `at` is where it is first said, `places` where each value is."""

    section: str
    id: str
    at: Place
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    bare: dict[str, list[str]] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    @property
    def sort(self) -> Sort:
        """The sort of thing it is."""
        return SORTS[self.section]

    def add(self, key: str, values: Iterable[tuple[str, Node]], page: Page) -> None:
        """More values of a key that is a list."""
        held = self.lists.setdefault(key, [])
        for value, node in values:
            if value not in held:
                held.append(value)
            self.places[key, value] = (page, node)

    def add_names(self, language: str, values: Iterable[tuple[str, Node]], page: Page) -> None:
        """More names in a language."""
        held = self.names.setdefault(language, [])
        for value, node in values:
            if value not in held:
                held.append(value)
            self.places["names", value] = (page, node)

    def drop(self, name: str) -> bool:
        """Strike a name out; whether there was one."""
        holders = [held for held in (*self.names.values(), self.lists.get("guarded", [])) if name in held]
        for held in holders:
            held.remove(name)
        return bool(holders)

    def listed(self) -> Listed:
        """The finished entry."""
        names = {language: tuple(held) for language, held in self.names.items()}
        if self.section in {"organisations", "places"}:
            own = self.texts["name"]
            guarded = self.lists.get("guarded", [])
            every = dict.fromkeys(([] if own in guarded else [own]) + self.names.get(ANY, []))
            names[ANY] = (*every, *_written(self.lists.get("tickers", [])))
        return Listed(
            entity=self._entity(),
            names=names,
            guarded=tuple(self.lists.get("guarded", ())),
            context=tuple(self.lists.get("context", ())),
            bare={language: tuple(held) for language, held in self.bare.items()},
            within=tuple(self.lists.get("with", ())),
            masks=tuple(self.lists.get("not", ())),
            symbol=self.texts.get("symbol"),
            lists=tuple(self.lists.get("lists", ())),
            materials=tuple(self.lists.get("materials", ())),
            capitals=tuple(self.lists.get("capitals", ())),
        )

    def _entity(self) -> Entity:
        texts = self.texts
        country = texts.get("code") if self.section == "countries" else texts.get("country")
        return Entity(
            sort=self.sort,
            id=self.id,
            name=self.name,
            kind="country" if self.section == "countries" else texts.get("kind") or texts.get("group") or "company",
            country=country,
            region=texts.get("region"),
            code=texts.get("code") or (None if self.section == "families" else texts.get("short") or self.name),
            owner=texts.get("owner"),
            operator=texts.get("operator"),
            members=tuple(self.lists.get("members", ())),
        )

    @property
    def name(self) -> str:
        """What a reader calls it."""
        first = next((name for names in self.names.values() for name in names), self.id)
        return self.texts.get("name") or first.removeprefix("=")


def _written(tickers: Iterable[str]) -> list[str]:
    """A ticker as it is printed: `ASX:LYC` and `ASX: LYC`."""
    return [text for ticker in tickers for text in (ticker, ticker.replace(":", ": "))]
