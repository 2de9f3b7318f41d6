"""One type of event as its file has it: keys checked, words and names opened.

Never judges an article; its examples are read here and judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watcher.config.events.gates import Gates
from watcher.config.events.lists import Items, Lists, Pairs, by_status
from watcher.config.rules.page import Keys, Page, shape
from watcher.core.events.model import DENIED, RUMOURED, Genre
from watcher.core.events.recognisers import FIRM_KINDS, OFFICIAL_KINDS, TOP, Example, Family, Recogniser
from watcher.core.lexicon.model import Sort
from watcher.core.model import Trust, Zone
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import parse_date, parse_duration
from watcher.core.yaml.strict import Node

NEEDS = ("actor", "place", "material", "amount", "parties")
TARGETS = ("organisation", "material", "place", "amount")
SUBJECTS = ("organisation", "material", "place", "share", "object")
_ITEM_KEYS = ("counters", "hedges", "denials", "background", "reactions")
_STATUS_KEYS = ("phrases", "title_phrases")
TYPE_KEYS = Keys(
    noun="an event type",
    allowed=(
        *("id", "title", "note", "status", "acts", "objects", "targets", "subjects", "families", *_STATUS_KEYS),
        *(*_ITEM_KEYS, "actors", "needs", "source_is_actor", "only_if", "report_in", "gap", "fresh", "also"),
        *("beside", "rank"),
        *("scheduled", "genres", "examples"),
    ),
    required=("id", "title", "status", "examples"),
)
_STATUS = Keys(noun='"status"', allowed=("ladder", "exits"), required=("ladder",))
_FAMILY = Keys(noun="a family", allowed=("acts", "objects", "targets", "subjects", "gap"), required=("acts",))
_EXAMPLES = Keys(noun='"examples"', allowed=("report", "mention", "none"), required=("report", "mention", "none"))
_EXAMPLE = Keys(noun="an example", allowed=("text", "lead", "language", "trust", "date"), required=("text",))
_ZONE_SETS = {"top": TOP, **{zone.value: frozenset({zone}) for zone in Zone if zone is not Zone.CHROME}}
_TRUSTS = tuple(trust.value for trust in Trust)
_LEAST = 2
_MOST_GAP = 40
_MOST_RANK = 100


@dataclass(slots=True, kw_only=True)
class Types:
    """Reads types; `members` opens names of the lexicon."""

    lists: Lists
    gates: Gates
    members: Callable[[Page, Node, str, Sort], frozenset[str]]
    kinds: Callable[[str], bool]

    def read(self, page: Page, node: Node) -> Recogniser | None:
        """The type, or None with its faults noted."""
        before = page.errors
        keys = page.mapping(node, TYPE_KEYS)
        if not {"id", "title", "status"} <= set(keys) or not page.good_name(keys["id"][1], "event"):
            return None
        ladder, exits = self._statuses(page, keys["status"][1])
        statuses = (*ladder, *exits)
        known = (*statuses, RUMOURED, DENIED)
        if not any(key in keys for key in ("acts", "families", *_STATUS_KEYS, "genres")):
            page.error(node, "R007", "an event type has no acts; write acts and objects, phrases, or genres")
        actors, kinds = self._actors(page, keys)
        items = {key: self._items(page, keys, key) for key in ("objects", *_ITEM_KEYS)}
        own = Recogniser(
            id=str(keys["id"][1].value),
            title=page.text(keys["title"][1], "title") or "",
            note=(page.text(keys["note"][1], "note") or "") if "note" in keys else "",
            ladder=ladder or ("announced",),
            exits=exits,
            acts=self._by_status(page, keys, "acts", statuses),
            **items,
            phrases=self._by_status(page, keys, "phrases", statuses),
            title_phrases=self._by_status(page, keys, "title_phrases", statuses),
            targets=frozenset(_choices(page, keys, "targets", TARGETS)),
            subjects=frozenset(_choices(page, keys, "subjects", SUBJECTS)),
            families=self._families(page, keys, statuses),
            actors=actors,
            actor_kinds=kinds,
            needs=frozenset(_choices(page, keys, "needs", NEEDS)),
            source_is_actor=_flag(page, keys, "source_is_actor"),
            only_if=self.gates.read(page, keys["only_if"][1]) if "only_if" in keys else None,
            report_in=_zones(page, keys),
            gap=_number(page, keys, "gap", 8, _MOST_GAP),
            fresh=_days(page, keys),
            also=frozenset(text for text, _ in page.texts(keys["also"][1], "also")) if "also" in keys else frozenset(),
            beside=frozenset(_choices(page, keys, "beside", statuses, "R060")),
            rank=_number(page, keys, "rank", 50, _MOST_RANK),
            scheduled=_one(page, keys, "scheduled", statuses),
            genres=frozenset(Genre(name) for name in _choices(page, keys, "genres", _genres())),
            file=page.name,
            examples=self._examples(page, keys["examples"][1], known) if "examples" in keys else (),
        )
        return own if page.errors == before else None

    def _statuses(self, page: Page, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        keys = page.mapping(node, _STATUS)
        found: dict[str, tuple[str, ...]] = {"ladder": (), "exits": ()}
        taken: set[str] = {RUMOURED, DENIED}
        for key, (_, value) in keys.items():
            texts = [(text, place) for text, place in page.texts(value, key) if page.good_name(place, "status")]
            for text, place in texts:
                if text in taken:
                    page.error(place, "R010", f'status "{text}" is taken; every type has rumoured and denied')
                taken.add(text)
            found[key] = tuple(text for text, _ in texts)
        return found["ladder"], found["exits"]

    def _items(self, page: Page, keys: Pairs, key: str) -> Items:
        return self.lists.items(page, keys[key][1], key) if key in keys else ()

    def _by_status(self, page: Page, keys: Pairs, key: str, statuses: tuple[str, ...]) -> Mapping[str, Items]:
        return by_status(self.lists, page, keys[key], statuses) if key in keys else {}

    def _families(self, page: Page, keys: Pairs, statuses: tuple[str, ...]) -> tuple[Family, ...]:
        found = []
        for node in page.items(keys["families"][1], "families") if "families" in keys else ():
            own = page.mapping(node, _FAMILY)
            found.append(
                Family(
                    acts=self._by_status(page, own, "acts", statuses),
                    objects=self._items(page, own, "objects"),
                    targets=frozenset(_choices(page, own, "targets", TARGETS)),
                    subjects=frozenset(_choices(page, own, "subjects", SUBJECTS)),
                    gap=_number(page, own, "gap", 8, _MOST_GAP) if "gap" in own else None,
                )
            )
        return tuple(found)

    def _actors(self, page: Page, keys: Pairs) -> tuple[frozenset[str] | None, frozenset[str]]:
        if "actors" not in keys:
            return None, frozenset()
        ids: set[str] = set()
        kinds: set[str] = set()
        for text, place in page.texts(keys["actors"][1], "actors"):
            if text in OFFICIAL_KINDS | FIRM_KINDS or self.kinds(text):
                kinds.add(text)
            ids |= self.members(page, place, text, Sort.ORGANISATION)
        return frozenset(ids), frozenset(kinds)

    def _examples(self, page: Page, node: Node, statuses: tuple[str, ...]) -> tuple[Example, ...]:
        keys = page.mapping(node, _EXAMPLES)
        found: list[Example] = []
        for side, (_, value) in keys.items():
            if side == "report":
                if value.kind != "mapping":
                    page.error(value, "R008", f'"report" must be a mapping of statuses, not {shape(value)}')
                    continue
                some: list[Example] = []
                for each, texts in value.pairs:
                    status = str(each.value)
                    if status not in statuses:
                        hint = did_you_mean(status, statuses) or f"; it has {', '.join(statuses)}"
                        page.error(each, "R021", f'the type has no status "{status}"{hint}')
                    some += _some(page, texts, side, status)
            else:
                some = _some(page, value, side, "")
            if len(some) < _LEAST:
                page.error(value, "R052", f"examples.{side}: at least {_LEAST}")
            found += some
        return tuple(found)


def _some(page: Page, node: Node, side: str, status: str) -> list[Example]:
    nodes = node.items if node.kind == "sequence" else (node,)
    if node.kind == "sequence" and not nodes:
        page.items(node, side)
    found = []
    for each in nodes:
        example = _example(page, each, side, status)
        if example is None:
            page.surely(each)
        else:
            found.append(example)
    return found


def _example(page: Page, node: Node, side: str, status: str) -> Example | None:
    if node.kind == "scalar":
        text = page.text(node, "example")
        if text is None:
            return None
        return Example(expect=side, status=status, text=text, line=node.line, column=node.column)
    keys = page.mapping(node, _EXAMPLE)
    texts = {key: page.text(keys[key][1], key) or "" for key in ("text", "lead", "language", "date") if key in keys}
    trust = page.choice(keys["trust"][1], "trust", _TRUSTS, "R017") if "trust" in keys else None
    if texts.get("date"):
        try:
            parse_date(texts["date"])
        except ValueError as error:
            page.error(keys["date"][1], "R027", str(error))
    if not texts.get("text"):
        return None
    return Example(
        expect=side,
        status=status,
        **texts,
        trust=Trust(trust) if trust else Trust.UNKNOWN,
        line=node.line,
        column=node.column,
    )


def _genres() -> tuple[str, ...]:
    return tuple(genre.value for genre in Genre if genre is not Genre.REPORT)


def _choices(page: Page, keys: Pairs, key: str, allowed: tuple[str, ...], code: str = "R017") -> tuple[str, ...]:
    found = []
    for text, place in page.texts(keys[key][1], key) if key in keys else ():
        if text in allowed:
            found.append(text)
        else:
            hint = did_you_mean(text, allowed) or f"; it is one of {', '.join(allowed)}"
            page.error(place, code, f'{key}: unknown "{text}"{hint}')
    return tuple(found)


def _one(page: Page, keys: Pairs, key: str, allowed: tuple[str, ...]) -> str | None:
    found = _choices(page, keys, key, allowed, "R060")
    return found[0] if found else None


def _flag(page: Page, keys: Pairs, key: str) -> bool:
    if key not in keys:
        return False
    value = keys[key][1]
    if not isinstance(value.value, bool):
        page.error(value, "R008", f'"{key}" must be true or false, not {shape(value)}')
        return False
    return value.value


def _number(page: Page, keys: Pairs, key: str, default: int, most: int) -> int:
    if key not in keys:
        return default
    value = keys[key][1]
    if isinstance(value.value, bool) or not isinstance(value.value, int) or not 0 <= value.value <= most:
        page.error(value, "R008", f'"{key}" must be a number from 0 to {most}, not {value.raw or shape(value)}')
        return default
    return value.value


def _days(page: Page, keys: Pairs) -> int:
    if "fresh" not in keys:
        return 21
    text = page.text(keys["fresh"][1], "fresh")
    try:
        return parse_duration(text).days if text is not None else 21
    except ValueError as error:
        page.error(keys["fresh"][1], "R025", str(error))
        return 21


def _zones(page: Page, keys: Pairs) -> frozenset[Zone]:
    if "report_in" not in keys:
        return TOP
    names = _choices(page, keys, "report_in", tuple(_ZONE_SETS), "R022")
    return frozenset(zone for name in names for zone in _ZONE_SETS[name])
