"""Why a rule matched or not, clause by clause, as a tree for `watcher why`; it decides nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.core.model import Evidence
from watcher.core.rules.evaluate import Judgement, Verdict, judge, look, members, units
from watcher.core.rules.model import Clause, Group, Node, Rule, Span
from watcher.core.text.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One clause or group: what it says, whether it holds, what proves it or why it fails, and its members.

    `role` is how it stands in the group around it: `all`, `any` or `none`, and at the top `when`, `narrow` or the
    severity it gives. In a `none`, to hold is what must not be.
    """

    role: str
    path: str
    says: str
    holds: bool
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    parts: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleExplained:
    """A whole rule against one article; `parts` are `when`, `narrow` and the steps of severity."""

    rule: str
    judgement: Judgement
    parts: tuple[Explained, ...]


def explain(rule: Rule, reading: Reading) -> RuleExplained:
    """The rule's tree with every clause looked at, whether the rule matches or not."""
    parts = [_explained(rule.when, reading, "when")]
    if rule.narrow is not None:
        parts.append(_explained(rule.narrow, reading, "narrow"))
    for step in rule.severity:
        if step.when is not None:
            parts.append(_explained(step.when, reading, step.severity.value))
        else:
            parts.append(Explained(role=step.severity.value, path="severity.else", says="else", holds=True))
    return RuleExplained(rule=rule.id, judgement=judge(rule, reading), parts=tuple(parts))


def _explained(node: Node, reading: Reading, role: str, within: Span | None = None) -> Explained:
    verdict = look(node, reading, within)
    if isinstance(node, Clause):
        why = verdict.why.removeprefix(f"{node.condition.says}: ")
        return Explained(
            role=role,
            path=node.path,
            says=node.condition.says,
            holds=verdict.holds,
            evidence=verdict.evidence,
            why=why,
        )
    inner = _best_unit(node, reading, within) if node.same is not None else within
    parts = tuple(
        _explained(child, reading, name, inner)
        for name, children in (("all", node.all), ("any", node.any), ("none", node.none))
        for child in children
    )
    return Explained(
        role=role,
        path=node.path,
        says=_says(node),
        holds=verdict.holds,
        evidence=verdict.evidence,
        why=verdict.why,
        parts=parts,
    )


def _says(group: Group) -> str:
    named = (("all", group.all), ("any", group.any), ("none", group.none))
    joined = ", ".join(f"{name} of {len(nodes)}" for name, nodes in named if nodes)
    return f"{joined} in the same {group.same}" if group.same else joined


def _best_unit(group: Group, reading: Reading, within: Span | None) -> Span | None:
    """The unit to show a bound group in: the first that meets it, else the first that meets most of it."""
    best: Span | None = None
    most = 0
    for unit in units(group, reading, within):
        verdict = members(group, reading, unit)
        met = _met(group, reading, unit, verdict)
        if verdict.holds:
            return unit
        if met > most:
            best, most = unit, met
    return best if best is not None else within


def _met(group: Group, reading: Reading, unit: Span, verdict: Verdict) -> int:
    wanted = group.all + group.any
    return len(wanted) if verdict.holds else sum(look(node, reading, unit).holds for node in wanted)
