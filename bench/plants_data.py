"""Mistakes to plant in recognisers of events, in the lexicon and in configurations; as those who add to them make them.

Never judges what is said of a mistake.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import yaml

from bench.plants import MARK, Doc, Edit, Operator, Spot, misspelt

DURATION = re.compile(r"(?:\d+[smhdw])+")
LANGUAGE = re.compile("[a-z]{2}")
Find = Callable[[Doc, random.Random], Iterator[Edit]]


def keys(held: Callable[[Spot], bool], new: str | None = None) -> Find:
    """Keys misspelt, or written otherwise."""

    def find(doc: Doc, chance: random.Random) -> Iterator[Edit]:
        for spot in doc.spots:
            if spot.key is not None and doc.plain(spot.key) and held(spot):
                yield doc.replaced(spot.key, new or misspelt(spot.key.value, chance))

    return find


def values(held: Callable[[Spot], bool], new: str | None = None) -> Find:
    """Values misspelt, or written otherwise."""

    def find(doc: Doc, chance: random.Random) -> Iterator[Edit]:
        for spot in doc.spots:
            if isinstance(spot.value, yaml.ScalarNode) and doc.plain(spot.value) and spot.value.value and held(spot):
                edit = doc.replaced(spot.value, new or f"zq{misspelt(spot.value.value, chance)}")
                if spot.key is not None:
                    start = doc.at(spot.key.start_mark)
                    edit = Edit(start=start, end=edit.end, new=MARK + doc.text[start : edit.start] + edit.new)
                yield edit

    return find


def items(held: Callable[[Spot], bool], item: str) -> Find:
    """Lists with one more item."""

    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        for spot in doc.spots:
            if isinstance(spot.value, yaml.SequenceNode) and spot.value.value and held(spot):
                yield doc.with_item(spot.value, item)

    return find


def pairs(held: Callable[[Spot], bool], pair: str) -> Find:
    """Mappings with one more pair."""

    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        name = pair.replace(MARK, "").split(":", 1)[0]
        for spot in doc.spots:
            there = isinstance(spot.value, yaml.MappingNode) and spot.value.value and held(spot)
            if there and name not in {key.value for key, _ in spot.value.value}:
                yield doc.with_entry(spot.value, pair)

    return find


def _type(*rest: str) -> Callable[[Spot], bool]:
    """A place inside a type of event; `*` is any step."""

    def held(spot: Spot) -> bool:
        path = spot.path
        return (
            len(path) == 2 + len(rest)
            and path[0] == "events"
            and all(want in ("*", step) for want, step in zip(rest, path[2:], strict=True))
        )

    return held


def _any(*tests: Callable[[Spot], bool]) -> Callable[[Spot], bool]:
    return lambda spot: any(test(spot) for test in tests)


def _words_by_language(spot: Spot) -> bool:
    return (
        spot.path[:1] == ("events",)
        and isinstance(spot.path[-1], str)
        and LANGUAGE.fullmatch(spot.path[-1]) is not None
    )


def _entry(*rest: str) -> Callable[[Spot], bool]:
    """A key of an entry of the lexicon."""

    def held(spot: Spot) -> bool:
        sections = {"organisations", "materials", "places", "families"}
        return len(spot.path) == 3 and spot.path[0] in sections and (not rest or spot.path[2] in rest)

    return held


EVENTS = (
    Operator("a key of a file misspelt", (), keys(lambda spot: len(spot.path) == 1)),
    Operator("a key of a type misspelt", ("R006", "R007"), keys(_type("*"))),
    Operator("a status of an act misspelt", ("R060", "R021"), keys(_any(_type("acts", "*"), _type("phrases", "*")))),
    Operator("a language that is none", ("R017", "R006"), keys(_words_by_language, "english")),
    Operator("an item that is a lone star", ("R030",), items(_words_by_language, f"{MARK}ab*")),
    Operator("an item that is empty", ("R016", "R030"), items(_words_by_language, f'{MARK}""')),
    Operator("an item that is a number", ("R008",), items(_words_by_language, f"{MARK}12")),
    Operator("a list that is not there", ("R018",), items(_words_by_language, f"{MARK}<no_such_list>")),
    Operator("an actor that nobody is", ("R017",), values(_any(_type("actors"), _type("actors", "*")))),
    Operator("a need that is none", (), values(_any(_type("needs"), _type("needs", "*")))),
    Operator("a zone that is none", ("R022",), values(_any(_type("report_in"), _type("report_in", "*")))),
    Operator("a type beside it that is none", ("R017",), values(_any(_type("also"), _type("also", "*")))),
    Operator("a gap in words", ("R008",), values(_type("gap"), "wide")),
    Operator("a rank beyond all", (), values(_type("rank"), "100000")),
    Operator("an id with a blank", ("R011",), values(_type("id"), "two words")),
    Operator("an example of no status", ("R060", "R021"), keys(_type("examples", "report", "*"), "dunn")),
    Operator("a side of examples that is none", ("R006", "R007"), keys(_type("examples", "*"))),
    Operator(
        "an unknown key of a type",
        ("R006",),
        pairs(lambda spot: len(spot.path) == 2 and spot.path[0] == "events", f"{MARK}colour: red"),
    ),
    Operator("a ladder misspelt", ("R006", "R007"), keys(_type("status", "*"))),
    Operator("a format that is none", ("R005",), values(lambda spot: spot.path == ("format",), "7")),
    Operator("a domain of no kind", ("R012", "R006"), keys(_type("only_if", "*"))),
)
"""Mistakes of recognisers."""
LEXICON = (
    Operator("a section misspelt", (), keys(lambda spot: len(spot.path) == 1)),
    Operator("a key of an entry misspelt", ("R006", "R007"), keys(_entry())),
    Operator(
        "an unknown key of an entry",
        ("R006",),
        pairs(
            lambda spot: (
                len(spot.path) == 2 and _entry()(Spot(path=(*spot.path, "x"), key=None, value=spot.value, parent=None))
            ),
            f"{MARK}colour: red",
        ),
    ),
    Operator(
        "a sort of organisation that is none",
        (),
        values(lambda spot: _entry("kind")(spot) and spot.path[0] == "organisations"),
    ),
    Operator("a country that is none", (), values(_entry("country"), "Australia")),
    Operator("a name that is a lone star", ("R030",), items(_entry("names"), f"{MARK}ab*")),
    Operator("a name that is a number", ("R008",), items(_entry("names"), f"{MARK}12")),
    Operator(
        "an id with a blank",
        ("R011",),
        keys(
            lambda spot: (
                len(spot.path) == 2 and _entry()(Spot(path=(*spot.path, "x"), key=None, value=spot.value, parent=None))
            ),
            "two words",
        ),
    ),
    Operator("an operator that nobody is", ("R017",), values(_entry("operator"))),
    Operator("a trust that is none", (), values(lambda spot: spot.path[-1:] == ("trust",))),
    Operator("a format that is none", ("R005",), values(lambda spot: spot.path == ("format",), "7")),
    Operator(
        "a currency in letters that are none", (), keys(lambda spot: spot.path[-1:] in {("EUR",), ("JPY",)}, "Euro")
    ),
)
"""Mistakes of the lexicon."""


def _is_duration(spot: Spot) -> bool:
    return (
        spot.key is not None
        and isinstance(spot.value, yaml.ScalarNode)
        and DURATION.fullmatch(spot.value.value) is not None
    )


def _config_key(spot: Spot) -> bool:
    """A key that is no name of the user's own."""
    named = {"sources", "channels", "routes", "digests"}
    depth = len(spot.path)
    return depth in (1, 3) or (depth == 2 and spot.path[0] not in named and isinstance(spot.path[-1], str))


CONFIG = (
    Operator("a key misspelt", (), keys(_config_key)),
    Operator(
        "an unknown key",
        (),
        pairs(lambda spot: len(spot.path) == 2 and spot.path[0] in {"sources", "channels"}, f"{MARK}colour: red"),
    ),
    Operator("a duration in words", (), values(_is_duration, "1 hour")),
    Operator("a duration without unit", (), values(_is_duration, "60")),
    Operator("a kind misspelt", (), values(lambda spot: spot.path[-1:] == ("kind",) and len(spot.path) == 3)),
    Operator(
        "an unknown channel",
        (),
        items(lambda spot: spot.path[-1:] == ("channels",) and len(spot.path) > 1, f"{MARK}nobody"),
    ),
    Operator("a query that is none", (), values(lambda spot: spot.path[-1:] == ("when",), f'{MARK}"severity:high"')),
    Operator("an unknown severity", (), values(lambda spot: spot.path[-1:] == ("severity",))),
    Operator(
        "a name with a blank",
        (),
        keys(
            lambda spot: len(spot.path) == 2 and spot.path[0] in {"sources", "channels", "routes", "digests"},
            "two words",
        ),
    ),
    Operator(
        "a zone of time that is none",
        (),
        values(lambda spot: spot.path[-1:] in {("timezone",), ("zone",)}, "Middle/Earth"),
    ),
    Operator(
        "a source that is a text",
        (),
        values(
            lambda spot: len(spot.path) == 3 and spot.path[0] == "sources" and spot.path[-1] == "url", "not an address"
        ),
    ),
    Operator("a pack that is not there", (), items(lambda spot: spot.path == ("rules",), f"{MARK}pack:no-such-pack")),
    Operator(
        "a variable that is not there",
        (),
        values(lambda spot: spot.path[-1:] == ("url",), f'{MARK}"${{NO_SUCH_VARIABLE}}"'),
    ),
)
"""Mistakes of `watcher.yaml`."""
