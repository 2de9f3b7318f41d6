"""What a user's file alters of rules that other files define; never touches what it does not name.

Source: the rule language, section 2 (changing what a pack ships).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from watcher.config.rules.conditions import Conditions
from watcher.config.rules.entries import Entry, Known, read_mode, read_severity, read_ways, sayable
from watcher.config.rules.holding import HOLDING_KEYS, read_holding
from watcher.config.rules.page import Keys, Page
from watcher.core.rules.model import Rule
from watcher.core.text.spelling import did_you_mean
from watcher.core.yaml.strict import Node

CHANGE_KEYS = Keys(noun="change", allowed=("rules", "lists"), later=frozenset({"conditions", "matters", "events"}))
RULE_CHANGE_KEYS = Keys(
    noun="a change of a rule",
    allowed=("title", "note", "severity", "tell", "digest", "say", "mode", "narrow", *HOLDING_KEYS),
)
FIXED = ("id", "when", "require", "examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of `change.rules` or `change.lists`."""

    page: Page
    key: Node
    node: Node

    @property
    def name(self) -> str:
        """The name of what it changes."""
        return str(self.key.value)


def read_changes(pages: Iterable[tuple[Page, Node]], part: str) -> dict[str, Change]:
    """The changes under one key of all `change` blocks by name; a second change of one thing is an error."""
    found: dict[str, Change] = {}
    for page, block in pages:
        node = block.get(part)
        for name, key, value in page.named(node, f"change: {part}") if node is not None else ():
            if name in found:
                first = found[name]
                noun = part.removesuffix("s")
                page.error(
                    key,
                    "R045",
                    f'change: {noun} "{name}" is changed twice; first at {first.page.name}:{first.key.line}',
                )
                continue
            found[name] = Change(page=page, key=key, node=value)
    return found


def check_known(changes: Mapping[str, Change], ids: Iterable[str]) -> None:
    """Note changes of rules that nobody defines."""
    known = tuple(ids)
    for change in changes.values():
        if change.name not in known:
            change.page.error(
                change.key, "R045", f'change: unknown rule "{change.name}"{did_you_mean(change.name, known)}'
            )


def changed_rule(change: Change, entry: Entry, conditions: Conditions, known: Known) -> Rule | None:
    """The rule as the change makes it, or None if the change or the rule is faulty."""
    page, before = change.page, change.page.errors
    keys = page.mapping(_without_fixed(change), RULE_CHANGE_KEYS)
    severity = read_severity(page, keys["severity"], conditions) if "severity" in keys else None
    narrow = conditions.read(page, keys["narrow"][1], "narrow") if "narrow" in keys else None
    tell = read_ways(page, keys, "tell", known.routes)
    digest = read_ways(page, keys, "digest", known.digests)
    say = read_ways(page, keys, "say", sayable(entry.rule.subject if entry.rule is not None else ""))
    mode = read_mode(page, keys)
    texts = {name: page.text(keys[name][1], name) for name in ("title", "note") if name in keys}
    rule = entry.rule
    holding = read_holding(page, keys, rule.require, rule.holding) if rule is not None else None
    if rule is None or page.errors > before:
        return None
    return replace(
        rule,
        severity=severity or rule.severity,
        narrow=narrow,
        tell=rule.tell if tell is None else tell,
        digest=rule.digest if digest is None else digest,
        say=rule.say if say is None else say,
        mode=mode if "mode" in keys else rule.mode,
        holding=holding or rule.holding,
        title=texts.get("title") or rule.title,
        note=texts.get("note") or rule.note,
    )


def _without_fixed(change: Change) -> Node:
    """The change without keys that cannot be changed; each of those is an error."""
    for key, _ in change.node.pairs:
        if key.value in FIXED:
            advice = "; use narrow: for what must hold as well" if key.value == "when" else ""
            change.page.error(key, "R045", f'change: "{key.value}" of a rule cannot be changed{advice}')
    kept = tuple((key, value) for key, value in change.node.pairs if key.value not in FIXED)
    return replace(change.node, pairs=kept)
