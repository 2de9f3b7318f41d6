"""Mistakes to plant in rule files: keys, names, values, shapes, clauses, examples; as analysts make them.

Never judges what is said of a mistake. Source: the rule language, sections 2 to 7.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import yaml

from bench.plants import MARK, Doc, Edit, Operator, Spot, misspelt
from bench.plants_written import BAD_CLAUSES, BAD_EXAMPLES, BAD_PAIRS, BLOCKS
from watcher.config.rules.conditions import KIND_ORDER

GROUPS = ("all", "any", "none")
RULE_KEYS = ("id", "title", "severity", "when", "examples", "note", "tell", "digest", "say", "mode")
NAMED_VALUES = {
    "event": ("R017",),
    "status": ("R021", "R013"),
    "organisation": ("R017",),
    "actor": ("R017",),
    "party": ("R017",),
    "material": ("R017",),
    "place": ("R017",),
    "trust": ("R013", "R017"),
    "genre": ("R013", "R017"),
    "language": ("R013", "R017"),
    "in": ("R022", "R013"),
    "as": ("R013",),
    "same": ("R013",),
    "use": ("R018",),
    "role": ("R013", "R017"),
    "up_to": ("R013",),
    "matter": ("R017", "R018"),
    "change": ("R013", "R017"),
    "calendar": ("R013", "R017"),
    "deadline": ("R013", "R017"),
    "document": ("R017", "R013", "R030"),
}
"""Options whose values are names of a closed set or of the lexicon."""


def rules_of(doc: Doc) -> Iterator[Spot]:
    """The rules of a file."""
    for spot in doc.spots:
        if len(spot.path) == 2 and spot.path[0] == "rules" and isinstance(spot.value, yaml.MappingNode):
            yield spot


def conditions_of(doc: Doc) -> Iterator[Spot]:
    """Every condition of a file, those inside others included."""
    found: set[tuple[str | int, ...]] = set()
    for spot in doc.spots:
        path, value = spot.path, spot.value
        if not isinstance(value, yaml.MappingNode):
            continue
        root = (len(path) == 3 and path[0] == "rules" and path[2] == "when") or (
            len(path) == 2 and path[0] == "conditions"
        )
        step = len(path) == 4 and path[0] == "rules" and path[2] == "severity"
        if root or step or (path[-2:-1] and path[-2] in GROUPS and path[:-2] in found):
            found.add(path)
            yield spot


def clauses_of(doc: Doc) -> Iterator[tuple[Spot, str]]:
    """Every clause of a file with its kind."""
    for spot in conditions_of(doc):
        kind = kind_of(spot.value)
        if kind is not None:
            yield spot, kind


def kind_of(node: yaml.Node) -> str | None:
    """The kind of a clause; None for a group."""
    keys = [key.value for key, _ in node.value]
    return None if set(keys) & {*GROUPS} else next((kind for kind in KIND_ORDER if kind in keys), None)


def _key_places(key: yaml.Node, doc: Doc, new: str) -> Edit:
    return doc.replaced(key, new)


def _rule_keys(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot in rules_of(doc):
        for key, _ in spot.value.value:
            yield _key_places(key, doc, misspelt(key.value, chance, RULE_KEYS))


def _file_keys(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if len(spot.path) == 1 and spot.key is not None:
            yield doc.replaced(spot.key, misspelt(spot.key.value, chance))


def _clause_kinds(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot, kind in clauses_of(doc):
        for key, _ in spot.value.value:
            if key.value == kind:
                yield doc.replaced(key, misspelt(kind, chance, (*KIND_ORDER, *GROUPS)))


def _clause_options(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot, kind in clauses_of(doc):
        for key, _ in spot.value.value:
            if key.value != kind:
                yield doc.replaced(key, misspelt(key.value, chance, KIND_ORDER))


def _group_keys(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot in conditions_of(doc):
        for key, _ in spot.value.value:
            if key.value in GROUPS:
                yield doc.replaced(key, misspelt(key.value, chance, (*GROUPS, "as", "in")))


def _values(name: str) -> Callable[[Doc, random.Random], Iterator[Edit]]:
    """Misspellings of the values that an option has."""

    def find(doc: Doc, chance: random.Random) -> Iterator[Edit]:
        for spot in conditions_of(doc):
            for key, value in spot.value.value:
                if key.value == name:
                    for each in value.value if isinstance(value, yaml.SequenceNode) else (value,):
                        if isinstance(each, yaml.ScalarNode) and doc.plain(each) and len(each.value) > 1:
                            new = f"zq{misspelt(each.value, chance)}"
                            yield doc.replaced(each, new)

    return find


def _into_groups(clause: str) -> Callable[[Doc, random.Random], Iterator[Edit]]:
    """A clause written into the list of a group, or beside the one that a rule has."""

    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        held = list(conditions_of(doc))
        for spot in held:
            for key, value in spot.value.value:
                if key.value in GROUPS and isinstance(value, yaml.SequenceNode) and value.value:
                    yield doc.with_item(value, clause)
        for spot in held:
            if spot.path[-1] == "when" and kind_of(spot.value) is not None and doc.flow(spot.value):
                start, end = doc.span(spot.value)
                yield Edit(start=start, end=end, new=f"{{all: [{clause}, {doc.text[start:end]}]}}")

    return find


def _into_rules(pair: str) -> Callable[[Doc, random.Random], Iterator[Edit]]:
    """A pair, or several on lines of their own, written among the keys of a rule, after its id."""

    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        name = pair.replace(MARK, "").split(":", 1)[0]
        for spot in rules_of(doc):
            keys = [key for key, _ in spot.value.value]
            if len(keys) > 1 and name not in {key.value for key in keys} and not doc.flow(spot.value):
                start = doc.at(keys[1].start_mark)
                end = "\n" + " " * keys[1].start_mark.column
                yield Edit(start=start, end=start, new=pair.replace("\n", end) + end)

    return find


def _sides(doc: Doc) -> Iterator[tuple[Spot, str]]:
    for spot in doc.spots:
        path = spot.path
        if len(path) == 4 and path[0] == "rules" and path[2] == "examples":
            yield spot, str(path[3])


def _into_examples(example: str) -> Callable[[Doc, random.Random], Iterator[Edit]]:
    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        for spot, _ in _sides(doc):
            if isinstance(spot.value, yaml.SequenceNode):
                yield doc.with_item(spot.value, example)

    return find


def _swapped(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    """An example copied to the other side, where it lies."""
    sides: dict[tuple[str | int, ...], dict[str, Spot]] = {}
    for spot, side in _sides(doc):
        sides.setdefault(spot.path[:-1], {})[side] = spot
    for both in sides.values():
        if set(both) == {"match", "skip"}:
            for one, other in (("match", "skip"), ("skip", "match")):
                for item in both[one].value.value:
                    text = doc.raw(item)
                    if "gives" not in text and "\n" not in text:
                        yield doc.with_item(both[other].value, MARK + text)


def _too_few(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot, _ in _sides(doc):
        if isinstance(spot.value, yaml.SequenceNode) and not doc.flow(spot.value) and spot.key is not None:
            start, (_, end) = doc.at(spot.key.start_mark), doc.span(spot.value)
            first = doc.raw(spot.value.value[0]).rstrip()
            new = f"{MARK}{doc.raw(spot.key)}:\n{' ' * spot.value.start_mark.column}- {first}\n"
            yield Edit(start=start, end=len(doc.text[:end].rstrip(" ")), new=new)


def _one_side(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot, _ in _sides(doc):
        if spot.key is not None and spot.value.value:
            start, (_, end) = doc.at(spot.key.start_mark), doc.span(spot.value)
            end = len(doc.text[:end].rstrip(" "))
            yield Edit(start=start, end=end, new=f"{MARK}{doc.raw(spot.key)}: {MARK}[]\n")


def _other_severity(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[-1:] == ("gives",) and spot.parent is not None:
            other = "notice" if spot.value.value != "notice" else "urgent"
            yield from _inside(doc, spot, other)


def _other_evidence(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[-1:] == ("because",) and spot.parent is not None:
            yield from _inside(doc, spot, "[no such words]")


def _inside(doc: Doc, spot: Spot, new: str) -> Iterator[Edit]:
    """Another value of an example's key; told at the example, or at the value itself."""
    if spot.parent is None:
        return
    start, (begin, end) = doc.at(spot.parent.start_mark), doc.span(spot.value)
    yield Edit(start=start, end=end, new=f"{MARK}{doc.text[start:begin]}{MARK}{new}")


def _shouting(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[-1:] == ("id",) and spot.path[:1] == ("rules",):
            yield doc.replaced(spot.value, spot.value.value.upper())
            yield doc.replaced(spot.value, spot.value.value + " 2")


def _taken(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    names = [spot.value for spot in doc.spots if spot.path[-1:] == ("id",) and spot.path[:1] == ("rules",)]
    for name in names[1:]:
        yield doc.replaced(name, names[0].value)


def _missing(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    """A required key that is commented out with its value."""
    for spot in rules_of(doc):
        pairs = spot.value.value
        for key, value in pairs[1:]:
            one_line = value.end_mark.line == key.start_mark.line
            if key.value in {"title", "severity", "when"} and one_line and not doc.flow(spot.value):
                rule = doc.at(spot.value.start_mark)
                at = doc.at(key.start_mark)
                end = doc.at(value.end_mark)
                yield Edit(start=rule, end=end, new=f"{MARK}{doc.text[rule:at]}# {doc.text[at:end]}")


def _severity(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if (
            spot.path[:1] == ("rules",)
            and spot.path[2:] in {("severity",), ("severity", "else")}
            and doc.plain(spot.value)
        ):
            yield doc.replaced(spot.value, "high")


def _no_else(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[:1] == ("rules",) and spot.path[2:] == ("severity", "else") and spot.key and spot.parent:
            # told at the key `severity`, or at the step that is none
            start = doc.at(spot.key.start_mark)
            yield Edit(start=start, end=start + 4, new=f"{MARK}{misspelt('else', chance)}")


def _shape_of_when(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[:1] == ("rules",) and spot.path[2:] == ("when",) and doc.flow(spot.value):
            start, end = doc.span(spot.value)
            yield Edit(start=start, end=end, new=f"{MARK}[{doc.text[start:end]}]")
            yield Edit(start=start, end=end, new=f"{MARK}price floor")


def _format(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path == ("format",):
            for new in ("2", "one", "'1'"):
                yield doc.replaced(spot.value, new)


def _today(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path == ("format",) and spot.key is not None and "today:" not in doc.text:
            start = doc.at(spot.key.start_mark)
            yield Edit(start=start, end=start, new=f"{MARK}today: {MARK}2026-13-01\n")


def _list_cycle(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[:1] == ("lists",) and spot.path[2:3] == ("words",) and isinstance(spot.value, yaml.SequenceNode):
            yield doc.with_item(spot.value, f"{MARK}<{spot.path[1]}>")


def _list_of_nothing(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[:1] == ("lists",) and spot.path[2:3] == ("words",) and isinstance(spot.value, yaml.SequenceNode):
            yield doc.with_item(spot.value, f"{MARK}<no_such_list>")
            yield doc.with_item(spot.value, f"{MARK}ab*")


def _list_sort(doc: Doc, chance: random.Random) -> Iterator[Edit]:
    for spot in doc.spots:
        if spot.path[:1] == ("lists",) and len(spot.path) == 3 and spot.key is not None:
            yield doc.replaced(spot.key, misspelt(spot.key.value, chance))


def _new_file(text: str) -> Callable[[Doc, random.Random], Iterator[Edit]]:
    """A block at the end of a file that has no such key yet."""

    def find(doc: Doc, _chance: random.Random) -> Iterator[Edit]:
        if f"\n{text.replace(MARK, '').split(':', 1)[0]}:" not in doc.text:
            end = len(doc.text)
            yield Edit(start=end, end=end, new=("" if doc.text.endswith("\n") else "\n") + text)

    return find


RULES = (
    Operator("a key of the file misspelt", ("R006", "R007"), _file_keys),
    Operator("a key of a rule misspelt", ("R006", "R007"), _rule_keys),
    Operator("a kind misspelt", ("R012", "R013", "R006", "R015"), _clause_kinds),
    Operator("an option misspelt", ("R013",), _clause_options),
    Operator("a group's key misspelt", ("R006", "R012", "R013", "R014"), _group_keys),
    *(Operator(f"a value of {name} misspelt", codes, _values(name)) for name, codes in NAMED_VALUES.items()),
    *(Operator(what, codes, _into_groups(clause)) for what, codes, clause in BAD_CLAUSES),
    *(Operator(what, codes, _into_rules(pair)) for what, codes, pair in BAD_PAIRS),
    *(Operator(what, codes, _into_examples(example)) for what, codes, example in BAD_EXAMPLES),
    *(Operator(what, codes, _new_file(text)) for what, codes, text in BLOCKS),
    Operator("an example on the wrong side", ("R050", "R051", "R053"), _swapped),
    Operator("too few examples", ("R052",), _too_few),
    Operator("no examples on one side", ("R052", "R016"), _one_side),
    Operator("an example that gives another severity", ("R053",), _other_severity),
    Operator("an example with other evidence", ("R053",), _other_evidence),
    Operator("an id with other signs", ("R011",), _shouting),
    Operator("an id that is taken", ("R010",), _taken),
    Operator("a required key left out", ("R007",), _missing),
    Operator("a severity that is none", ("R009",), _severity),
    Operator("severity without else", ("R044", "R009"), _no_else),
    Operator("a condition of the wrong shape", ("R008",), _shape_of_when),
    Operator("a format that is none", ("R005",), _format),
    Operator("a day that is none", ("R027",), _today),
    Operator("a list that contains itself", ("R019",), _list_cycle),
    Operator("a list with what is none", ("R018", "R030"), _list_of_nothing),
    Operator("a list's sort misspelt", ("R006",), _list_sort),
)
"""Mistakes of rules."""
