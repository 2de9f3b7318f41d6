"""The examples of a rule read from its file and judged at load; an example that lies refuses the set.

Never judges by itself: what an example means is the core's to say.
Source: the rule language, section 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

from watcher.config.rules.entries import Entry
from watcher.config.rules.page import Keys, Page, shape
from watcher.config.rules.shown import SHOWN_KEYS, read_shown
from watcher.core.calendar.model import KINDS, Coming
from watcher.core.calendar.reminders import example_entry
from watcher.core.model import Severity, SourceId, Trust, Zone
from watcher.core.queries.kinds import language_fault
from watcher.core.rules.examples import Example, fault_of, outcome
from watcher.core.rules.model import Rule
from watcher.core.values import parse_date
from watcher.core.yaml.strict import Node, plain

Side = Literal["match", "skip"]
SIDES: tuple[Side, ...] = get_args(Side)
LEAST = 2
ZONES = (Zone.TITLE, Zone.HIGHLIGHTS, Zone.LEAD, Zone.BODY, Zone.RELATED)
SIDE_KEYS = Keys(noun="examples", allowed=(*SIDES, "tests"))
EXAMPLE_KEYS = Keys(
    noun="an example",
    allowed=(
        "text",
        "entry",
        *(zone.value for zone in ZONES),
        "source",
        "trust",
        "date",
        "language",
        "gives",
        "because",
        "was",
        *SHOWN_KEYS,
    ),
    later=frozenset({"genre"}),
)
ENTRY_KEYS = Keys(noun="an entry", allowed=("kind", "date", "conditional", "text"), required=("kind", "date"))
TODAY = date(2026, 1, 1)
"""The day of examples that name none, in a file that names none. Source: the rule language, section 2."""
_JUDGED = {"article": "articles", "table": "rows", "calendar": "dates", "matter": "matters"}
SEVERITIES = tuple(severity.value for severity in Severity)
TRUSTS = tuple(trust.value for trust in Trust)

Read = tuple[Side, int, Node, Example]


def read_examples(entry: Entry) -> tuple[Read, ...]:
    """All sound examples of a rule with side, index and place; what is missing or faulty is noted."""
    if "examples" not in entry.keys:
        return ()
    key, node = entry.keys["examples"]
    page = entry.page
    sides = page.mapping(node, SIDE_KEYS)
    if node.kind != "mapping":
        return ()
    today = _today(page)
    found: list[Read] = []
    for side in SIDES if "tests" not in sides else (each for each in SIDES if each in sides):
        items = sides[side][1].items if side in sides else ()
        if side in sides and sides[side][1].kind != "sequence":
            page.error(sides[side][1], "R008", f'"{side}" must be a list, not {shape(sides[side][1])}')
        elif len(items) < LEAST:
            plural = "example" if len(items) == 1 else "examples"
            page.error(
                sides[side][0] if side in sides else key,
                "R052",
                f"{len(items)} {plural} under {side}; at least {LEAST}",
            )
        for index, item in enumerate(items):
            example = _read(page, item, f"{side}[{index}]", today, entry.rule)
            if example is not None:
                found.append((side, index, item, example))
                twin = next((at for at, other in enumerate(items[:index]) if plain(other) == plain(item)), None)
                if twin is not None:
                    page.warn(item, "R078", f"example {side}[{index}] is {side}[{twin}] again; it shows nothing more")
            else:
                page.surely(item)
    return tuple(found)


def _today(page: Page) -> date:
    """The day on which a file's examples are read."""
    node = page.root.get("today")
    try:
        return TODAY if node is None or not isinstance(node.value, str) else parse_date(node.value)
    except ValueError:
        return TODAY  # noted where the file's head is checked


def _read(page: Page, node: Node, label: str, today: date, rule: Rule | None) -> Example | None:
    """One example, in its short or its long form."""
    if node.kind == "scalar":
        text = page.text(node, f"example {label}")
        return None if text is None else Example(parts=((Zone.TITLE, text), (Zone.LEAD, text)), published=today)
    before = page.errors
    keys = page.mapping(node, EXAMPLE_KEYS)
    if node.kind != "mapping":
        return None
    day = (read_date(page, keys["date"][1], "date") if "date" in keys else None) or today
    about: object = _entry(page, keys["entry"][1], day) if "entry" in keys else None
    shown = read_shown(page, keys, rule, day)
    for name, subject in (("points", "series"), ("entry", "calendar")):
        if name in keys and rule is not None and rule.subject != subject:
            text = f"example shows {name}, and this rule judges {_JUDGED.get(rule.subject, rule.subject)}"
            page.error(keys[name][0], "R054", text)
    parts = read_parts(page, node, keys) if shown is None else shown.parts
    about = about if shown is None else shown.about
    trust = page.choice(keys["trust"][1], "trust", TRUSTS, "R017") if "trust" in keys else None
    source = page.text(keys["source"][1], "source") if "source" in keys else None
    gives = page.choice(keys["gives"][1], "gives", SEVERITIES, "R009") if "gives" in keys else None
    because = tuple(text for text, _ in page.texts(keys["because"][1], "because")) if "because" in keys else ()
    was = page.text(keys["was"][1], "was") if "was" in keys else None
    language = read_language(page, keys)
    if page.errors > before or not (parts or about):
        return None
    return Example(
        parts=parts,
        trust=Trust(trust) if trust else Trust.TRADE_PRESS,
        source=SourceId(source or "example"),
        language=language,
        gives=Severity(gives) if gives else None,
        because=because,
        published=day,
        about=about,
        was=was,
    )


def _entry(page: Page, node: Node, day: date) -> Coming | None:
    """A dated entry as an example gives it, on the day that it is judged; None with its faults noted.

    Its `text` is the sentence that states the date, for the rule's other clauses.
    """
    keys = page.mapping(node, ENTRY_KEYS)
    kind = page.choice(keys["kind"][1], "kind", KINDS, "R017") if "kind" in keys else None
    on = read_date(page, keys["date"][1], "date") if "date" in keys else None
    depends = keys["conditional"][1] if "conditional" in keys else None
    if depends is not None and not isinstance(depends.value, bool):
        page.error(depends, "R008", '"conditional" must be true or false')
        return None
    if kind is None or on is None:
        return None
    return Coming(entry=example_entry(kind, on, conditional=depends is not None and depends.value is True), on=day)


def read_parts(page: Page, node: Node, keys: Mapping[str, tuple[Node, Node]]) -> tuple[tuple[Zone, str], ...]:
    """The texts by zone: `text` alone, some of the zones, or what is said of an entry."""
    zones = [zone for zone in ZONES if zone.value in keys]
    if "entry" in keys:
        for other in [each for each in ("text", *(zone.value for zone in zones)) if each in keys][:1]:
            page.error(keys[other][0], "R054", f"example has entry and {other}; exactly one")
        said = keys["entry"][1].get("text")
        text = page.text(said, "text") if said is not None else None
        return () if text is None else ((Zone.LEAD, text),)
    if "text" in keys and zones:
        page.error(keys[zones[0]][0], "R054", f"example has text and {zones[0]}; exactly one")
        return ()
    if "text" in keys:
        text = page.text(keys["text"][1], "text")
        return () if text is None else ((Zone.TITLE, text), (Zone.LEAD, text))
    if not zones:
        names = ", ".join(zone.value for zone in ZONES)
        page.error(node, "R054", f"example has no text; write text, or some of {names}")
    return tuple((zone, text) for zone in zones for text, _ in page.texts(keys[zone][1], zone))


def read_language(page: Page, keys: Mapping[str, tuple[Node, Node]]) -> str | None:
    """The language that an example names."""
    if "language" not in keys:
        return None
    node = keys["language"][1]
    code = page.text(node, "language")
    if code is not None and (fault := language_fault(code)):
        page.error(node, *fault)
    return code


def read_date(page: Page, node: Node, key: str) -> date | None:
    """A date, or None with what is wrong with it noted."""
    text = page.text(node, key)
    try:
        return None if text is None else parse_date(text)
    except ValueError as error:
        page.error(node, "R027", str(error))
        return None


def judge_examples(entry: Entry, rule: Rule, examples: tuple[Read, ...]) -> None:
    """Note every example of the rule that is not as it says."""
    for side, index, node, example in examples:
        fault = fault_of(rule, example, side, index)
        if fault is not None:
            entry.page.error(node, *fault)


def judge_change(shipped: Rule, stages: Sequence[tuple[Page, Node, Rule]], examples: tuple[Read, ...]) -> None:
    """Note, as warnings, the shipped rule's examples that a user's changes turn.

    Args: `stages` are the changes in their order, each with its place and with the rule as it leaves it.
    """
    for side, index, _, example in examples if stages else ():
        before = outcome(shipped, example)
        if outcome(stages[-1][2], example) == before:
            continue
        page, place, _ = next(stage for stage in stages if outcome(stage[2], example) != before)
        page.warn(place, "R072", f'your change turns example {side}[{index}] of rule "{shipped.id}"')
