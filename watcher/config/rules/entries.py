"""One entry of `rules` made into a rule: its keys read, its conditions built, its names checked; never judged here.

Source: the rule language, section 2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal, cast

from watcher.config.rules.conditions import Conditions, leaves
from watcher.config.rules.holding import HOLDING_KEYS, read_holding
from watcher.config.rules.page import Keys, Page
from watcher.config.rules.requirements import read_requirement
from watcher.config.rules.subjects import ARTICLE, check_subject, subject_of
from watcher.core.event_types import EVENT_TYPES
from watcher.core.model import RuleId, Severity
from watcher.core.rules.model import Rule, SeverityStep
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

RULE_KEYS = Keys(
    noun="a rule",
    allowed=(
        *("id", "title", "severity", "when", "examples", "note", "require", "tell", "digest", "say", "mode"),
        *HOLDING_KEYS,
    ),
    required=(),
)
REQUIRED = ("id", "title", "severity", "when", "examples")
MODES = ("live", "trial", "paused")
_TEXTLESS = frozenset({"series", "health"})
"""What offers no text to other clauses. Source: the rule language, section 5."""
SAYABLE = ("publisher", "trust", "published", "seen", "author", "language", "origin")
"""The facts of an article that this version reads; those of its text come with event recognisers."""
_MORE_SAYABLE = {"series": ("value", "before", "unit", "source_value", "vat", "fx", "points"), "health": ("state",)}

Pairs = Mapping[str, tuple[Node, Node]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that rules may use, from the configuration file. None: not known here, any is taken."""

    routes: Collection[str] | None = None
    digests: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A rule's place in its file, with the keys it has; `rule` is None if it can't be judged."""

    page: Page
    node: Node
    id: str | None
    keys: Pairs
    rule: Rule | None = None


def read_entry(page: Page, node: Node, conditions: Conditions, known: Known) -> Entry:
    """One rule, with every fault of it noted on its page."""
    keys = page.mapping(node, RULE_KEYS)
    rule_id = _id(page, keys)
    for name in REQUIRED:
        if node.kind == "mapping" and name not in keys:
            label = f'rule "{rule_id}"' if rule_id else "a rule"
            page.error(node, "R007", f'{label} has no "{name}"')
    title = _text(page, keys, "title")
    if title is not None and len(title.splitlines()) > 1:
        page.error(keys["title"][1], "R008", '"title" goes over several lines; write one, and the rest under note:')
    note = _text(page, keys, "note")
    when = conditions.read(page, keys["when"][1], "when") if "when" in keys else None
    severity = read_severity(page, keys["severity"], conditions) if "severity" in keys else ()
    subject = ARTICLE if when is None else subject_of(page, keys["when"][1], when)
    if "severity" in keys:
        check_subject(page, keys["severity"][1], (step.when for step in severity), subject)
    for clause in leaves(when) if when is not None and subject in _TEXTLESS else ():
        if clause.condition.sentence_bound:
            text = f'"{clause.condition.kind}" asks for text, and what a rule on {subject} judges has none of its own'
            page.warn(replace(node, line=clause.line, column=clause.column), "R070", text)
    require = read_requirement(page, keys["require"][1], conditions, subject) if "require" in keys else None
    mode = read_mode(page, keys)
    tell = read_ways(page, keys, "tell", known.routes)
    digest = read_ways(page, keys, "digest", known.digests)
    say = read_ways(page, keys, "say", sayable(subject))
    holding = read_holding(page, keys, require)
    if "require" in keys and require is None:
        return Entry(page=page, node=node, id=rule_id, keys=keys)
    if rule_id is None or when is None or not severity:
        return Entry(page=page, node=node, id=rule_id, keys=keys)
    rule = Rule(
        id=RuleId(rule_id),
        title=title or rule_id,
        version="",
        when=when,
        severity=severity,
        tell=tell,
        digest=digest,
        say=say or (),
        mode=mode,
        note=note or "",
        event_type=event_type_of(page.name),
        file=page.name,
        line=node.line,
        subject=subject,
        require=require,
        holding=holding,
    )
    return Entry(page=page, node=node, id=rule_id, keys=keys, rule=rule)


def sayable(subject: str) -> Collection[str] | None:
    """What a rule that judges such a thing may say; None for any name, such as the columns of a table."""
    return None if subject == "table" else (*SAYABLE, *_MORE_SAYABLE.get(subject, ()))


def event_type_of(name: str) -> str | None:
    """The event type that a file's name says, if it says one: `pack:x/export_control.yaml`."""
    stem = PurePosixPath(name.removeprefix("pack:").replace("\\", "/")).stem
    return stem if stem in EVENT_TYPES else None


def _id(page: Page, keys: Pairs) -> str | None:
    """The rule's id, or None with its fault noted."""
    if "id" not in keys:
        return None
    node = keys["id"][1]
    text = page.text(node, "id")
    return text if text is not None and page.good_name(node, "id") else None


def _text(page: Page, keys: Pairs, key: str) -> str | None:
    """The text under a key, if it is there."""
    return page.text(keys[key][1], key) if key in keys else None


def read_severity(page: Page, pair: tuple[Node, Node], conditions: Conditions) -> tuple[SeverityStep, ...]:
    """The steps of severity from the highest, ended by `else`; empty with faults noted."""
    key, node = pair
    names = tuple(severity.value for severity in Severity)
    if node.kind != "mapping":
        level = page.choice(node, "severity", names, "R009")
        return () if level is None else (SeverityStep(severity=Severity(level), when=None),)
    steps: list[SeverityStep] = []
    faulty = False
    for each, value in node.pairs:
        name = str(each.value)
        if name in names:
            tree = conditions.read(page, value, f"severity.{name}")
            faulty = faulty or tree is None
            steps.append(SeverityStep(severity=Severity(name), when=tree))
        elif name != "else":
            hint = did_you_mean(name, (*names, "else"))
            page.error(each, "R009", f'severity has "{name}"; allowed: {", ".join(names)}, else{hint}')
            faulty = True
    steps.sort(key=lambda step: -step.severity.rank)
    rest = node.get("else")
    if rest is None:
        page.error(key, "R044", "steps of severity without else")
        return ()
    level = page.choice(rest, "severity", names, "R009")
    return () if faulty or level is None else (*steps, SeverityStep(severity=Severity(level), when=None))


def read_mode(page: Page, keys: Pairs) -> Literal["live", "trial", "paused"]:
    """The rule's mode; `live` where none stands."""
    mode = page.choice(keys["mode"][1], "mode", MODES, "R009") if "mode" in keys else None
    return cast("Literal['live', 'trial', 'paused']", mode or "live")


def read_ways(page: Page, keys: Pairs, key: str, known: Collection[str] | None) -> tuple[str, ...] | None:
    """The names under `tell`, `digest` or `say`, or None where the key is not there; unknown ones are errors."""
    if key not in keys:
        return None
    nouns = {"tell": "route", "digest": "digest", "say": "fact"}
    found = page.texts(keys[key][1], key)
    for name, node in found:
        if known is not None and name not in known:
            hint = did_you_mean(name, known) or (f"; it is one of {', '.join(sorted(known))}" if known else "")
            page.error(node, "R040", f'unknown {nouns[key]} "{name}"{hint}')
    return tuple(dict.fromkeys(name for name, _ in found))
