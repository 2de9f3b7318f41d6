"""The sections of one lexicon file read into entries, lists and regions; every fault is noted where it stands.

Never looks at other files but through the entries that it adds to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.config.lexicon.entry import ANY, LISTS, SORTS, TEXTS, Entry, Place
from watcher.config.rules.firms import KINDS
from watcher.config.rules.page import Keys, Page, shape
from watcher.core.lexicon.listed import OfficialList, Region
from watcher.core.lexicon.model import Sort
from watcher.core.text.items import item_fault
from watcher.core.text.languages import CODES_OF_OURS
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

FORMAT = 1
_SECTIONS = (*SORTS, "lists", "regions")
_FILE = Keys(noun="a lexicon file", allowed=("format", *_SECTIONS), required=("format",))
_NOTES = ("checked", "note")
_NAMED = ("names", "guarded", "context", "not", "drop", *_NOTES)
_KEYS = {
    "materials": Keys(
        noun="a material", allowed=("code", "symbol", "group", "name", *_NAMED, "forms", "bare", "with", "lists")
    ),
    "families": Keys(
        noun="a family", allowed=("code", "kind", "name", *_NAMED, "forms", "bare", "with", "members", "lists")
    ),
    "organisations": Keys(
        noun="an organisation", allowed=("name", "short", "kind", "country", "owner", "tickers", "materials", *_NAMED)
    ),
    "places": Keys(noun="a place", allowed=("name", "kind", "country", "region", "operator", "materials", *_NAMED)),
    "countries": Keys(noun="a country", allowed=("name", "code", "operator", "capitals", *_NAMED)),
}
_REQUIRED = {
    "materials": ("code", "names"),
    "families": ("kind", "names"),
    "organisations": ("name", "kind"),
    "places": ("name", "kind", "country"),
    "countries": ("name", "code", "names"),
}
_LIST = Keys(
    noun="an official list",
    allowed=("name", "count", "issued", "effective", "expires", "status", *_NOTES),
    required=("name",),
)
_REGION = Keys(noun="a region", allowed=("name", "countries", "section", *_NOTES), required=("name", "countries"))
_SOUGHT = frozenset({"guarded", "with", "not", "capitals"})
_LANGUAGE = re.compile(r"any|[a-z]{2,3}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z|INT\Z")
_SYMBOL = re.compile(r"[A-Z][a-z]?\Z")
_TICKER = re.compile(r"[A-Z0-9]+:[A-Z0-9.]+\Z")
_FORMS = {
    "country": (_COUNTRY, "a country is two capitals (DE), or INT for a body of several"),
    "symbol": (_SYMBOL, "a symbol is one or two letters (Nd)"),
    "tickers": (_TICKER, "a ticker is exchange and code (ASX:LYC)"),
}


@dataclass(slots=True, kw_only=True)
class Sheets:
    """All that was read so far, by (sort, id); the lists and regions with the place where each stands."""

    entries: dict[tuple[Sort, str], Entry] = field(default_factory=dict)
    lists: dict[str, OfficialList] = field(default_factory=dict)
    regions: dict[str, tuple[Region, Place]] = field(default_factory=dict)

    def read(self, page: Page) -> None:
        """Add what a file says."""
        keys = page.mapping(page.root, _FILE)
        if "format" in keys and keys["format"][1].value != FORMAT:
            page.error(keys["format"][1], "R005", f"format must be {FORMAT}, not {keys['format'][1].raw}")
        for section in _SECTIONS:
            if section in keys:
                for id_, key, node in page.named(keys[section][1], section):
                    self._one(page, section, id_, key, node)

    def _one(self, page: Page, section: str, id_: str, key: Node, node: Node) -> None:
        if section == "lists":
            self._list(page, id_, node)
        elif section == "regions":
            self._region(page, id_, key, node)
        else:
            self._entry(page, section, id_, key, node)

    def _list(self, page: Page, id_: str, node: Node) -> None:
        keys = page.mapping(node, _LIST)
        name = page.text(keys["name"][1], "name") if "name" in keys else None
        checked = "checked" in keys and _flag(page, keys["checked"][1])
        if name is not None:
            self.lists[id_] = OfficialList(id=id_, name=name, checked=checked, loose="issued" not in keys)
        else:
            page.surely(node)

    def _region(self, page: Page, id_: str, key: Node, node: Node) -> None:
        keys = page.mapping(node, _REGION)
        name = page.text(keys["name"][1], "name") if "name" in keys else None
        countries = page.texts(keys["countries"][1], "countries") if "countries" in keys else ()
        section = "section" in keys and _flag(page, keys["section"][1], "section")
        if name is not None:
            region = Region(id=id_, name=name, countries=tuple(code for code, _ in countries), section=section)
            self.regions[id_] = (region, (page, key))
        else:
            page.surely(node)

    def _entry(self, page: Page, section: str, id_: str, key: Node, node: Node) -> None:
        keys = page.mapping(node, _KEYS[section])
        if node.kind != "mapping":
            page.surely(node)
            return
        entry = self.entries.get((SORTS[section], id_))
        if entry is not None and entry.section != section:
            page.error(key, "R010", f'"{id_}" is one of {entry.section} in {entry.at[0].name}:{entry.at[1].line}')
            return
        if entry is None:
            entry = Entry(section=section, id=id_, at=(page, key))
            self.entries[SORTS[section], id_] = entry
            for name in _REQUIRED[section]:
                if name not in keys:
                    page.error(node, "R007", f'{_KEYS[section].noun} has no "{name}"')
        _fill(page, entry, keys)


def _fill(page: Page, entry: Entry, keys: Mapping[str, tuple[Node, Node]]) -> None:
    _texts(page, entry, keys)
    for name in LISTS:
        if name in keys:
            found = page.texts(keys[name][1], name)
            if name in _SOUGHT:
                found = _sound(page, found)
            entry.add(name, [pair for pair in found if _well_formed(page, pair[1], name, pair[0])], page)
    if "names" in keys:
        _names(page, entry, keys["names"][1])
    if "forms" in keys:
        entry.add_names(ANY, _sound(page, page.texts(keys["forms"][1], "forms")), page)
    if "bare" in keys:
        for language, values in _by_language(page, keys["bare"][1], "bare"):
            entry.bare.setdefault(language, []).extend(text for text, _ in values)
    if "drop" in keys:
        _drop(page, entry, keys["drop"][1])


def _texts(page: Page, entry: Entry, keys: Mapping[str, tuple[Node, Node]]) -> None:
    for name in TEXTS:
        if name in keys:
            text = page.text(keys[name][1], name)
            if text is not None and _well_formed(page, keys[name][1], name, text):
                entry.texts[name] = text
                entry.places[name, text] = (page, keys[name][1])
    if "kind" in keys and entry.section == "organisations":
        page.choice(keys["kind"][1], "kind", sorted(KINDS), "R017")
    if "checked" in keys:
        _flag(page, keys["checked"][1])


def _drop(page: Page, entry: Entry, node: Node) -> None:
    for text, place in page.texts(node, "drop"):
        if not entry.drop(text):
            every = [name for names in entry.names.values() for name in names]
            page.error(place, "R045", f'drop: {entry.id} has no name "{text}"{did_you_mean(text, every)}')


def _names(page: Page, entry: Entry, node: Node) -> None:
    """Names by language, or a plain list of names of no language."""
    if node.kind != "mapping":
        entry.add_names(ANY, _sound(page, page.texts(node, "names")), page)
        return
    for language, values in _by_language(page, node, "names"):
        entry.add_names(language, _sound(page, values), page)


def _by_language(page: Page, node: Node, key: str) -> list[tuple[str, tuple[tuple[str, Node], ...]]]:
    if node.kind != "mapping":
        page.error(node, "R008", f'"{key}" must be a mapping of languages, not {shape(node)}')
        return []
    found = []
    for each, value in node.pairs:
        language = str(each.value)
        if not _LANGUAGE.match(language):
            page.error(each, "R017", f'unknown language "{language}"; write its code ({CODES_OF_OURS}) or any')
        found.append((ANY if language == "any" else language, page.texts(value, language)))
    return found


def _sound(page: Page, values: tuple[tuple[str, Node], ...]) -> tuple[tuple[str, Node], ...]:
    """Those that can be sought; the others are errors in their place."""
    sound = []
    for text, node in values:
        fault = item_fault(text)
        if fault is None and "*" in text and not text.startswith("="):
            fault = f'"{text}": a name is written out, without "*"'
        if fault is not None:
            page.error(node, "R030", fault)
        else:
            sound.append((text, node))
    return tuple(sound)


def _well_formed(page: Page, node: Node, key: str, text: str) -> bool:
    pattern, rule = _FORMS.get(key, (None, ""))
    if pattern is None or pattern.match(text):
        return True
    page.error(node, "R017", f'{key} is "{text}"; {rule}')
    return False


def _flag(page: Page, node: Node, key: str = "checked") -> bool:
    if not isinstance(node.value, bool):
        page.error(node, "R008", f'"{key}" must be true or false, not {shape(node)}')
        return False
    return node.value
