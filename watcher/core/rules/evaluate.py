"""One rule judged against one article: whether it fits, how loudly, by which words, or what it fails at.

Never stops at the first proof: every clause that holds adds its evidence, so that a message can show all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watcher.core.model import Evidence, Severity
from watcher.core.rules.model import Clause, Finding, Group, Node, Rule, Span
from watcher.core.text.reading import Reading

MOST_UNITS = 16
"""Sentences that a bound group shows at most as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a condition tree made of an article. `path` is the deciding clause when it does not hold."""

    holds: bool
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    path: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule made of an article; `why` and `path` name the deciding clause of one that does not match."""

    matched: bool
    severity: Severity | None = None
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    path: str = ""


NO_STEP = Judgement(matched=False, why="no step of severity holds, and there is no else", path="severity")
"""Of a rule that holds, and says of no severity that it is this one's."""


def judge(rule: Rule, reading: Reading) -> Judgement:
    """Judge the rule: `when` and `narrow` must hold; the first severity step that holds counts and adds evidence.

    What rests on thin evidence is never urgent: it is told one step lower.
    """
    evidence: tuple[Evidence, ...] = ()
    unsure = False
    for node in (rule.when, rule.narrow):
        if node is not None:
            verdict = look(node, reading)
            if not verdict.holds:
                return Judgement(matched=False, why=verdict.why, path=verdict.path)
            evidence += verdict.evidence
            unsure = unsure or verdict.unsure
    for step in rule.severity:
        verdict = look(step.when, reading) if step.when is not None else Verdict(holds=True)
        if verdict.holds:
            severity = step.severity
            if severity is Severity.URGENT and (unsure or verdict.unsure):
                severity = Severity.WARNING
            return Judgement(matched=True, severity=severity, evidence=distinct(evidence + verdict.evidence))
    return NO_STEP


def look(node: Node, reading: Reading, within: Span | None = None) -> Verdict:
    """What a tree makes of the article, or of the stretch `within` of it."""
    if isinstance(node, Clause):
        return _clause(node, reading, within)
    if node.same is None:
        return members(node, reading, within)
    return _bound(node, reading, within)


def _clause(node: Clause, reading: Reading, within: Span | None) -> Verdict:
    """What a clause makes of it; rules that share a finding and have it at the same path share its evidence too.

    A finding is known by its identity, and stands beside its verdict so that no other one can come by its number.
    """
    finding = node.condition.look(reading, within)
    if not finding.holds:
        return Verdict(holds=False, why=f"{node.condition.says}: {finding.why}", path=node.path)
    verdicts: dict[tuple[int, str], tuple[Finding, Verdict]] = reading.remember("verdicts", dict)
    key = id(finding), node.path
    known = verdicts.get(key)
    if known is None:
        evidence = tuple([_of_clause(each, node.path) for each in finding.evidence])
        known = finding, Verdict(holds=True, evidence=evidence, unsure=finding.unsure)
        if within is None:  # what holds of a sentence is not asked for again, and would only pile up
            verdicts[key] = known
    return known[1]


def _of_clause(found: Evidence, path: str) -> Evidence:
    """The evidence with its clause's path; written out, since copying by name costs four times as much."""
    return Evidence(clause=path, says=found.says, start=found.start, end=found.end, zone=found.zone, quote=found.quote)


def members(group: Group, reading: Reading, within: Span | None) -> Verdict:
    """What the members of a group come to, looked at in one and the same stretch."""
    evidence: tuple[Evidence, ...] = ()
    unsure = False
    for node in group.all:
        verdict = look(node, reading, within)
        if not verdict.holds:
            return verdict
        evidence += verdict.evidence
        unsure = unsure or verdict.unsure
    if group.any:
        verdicts = [look(node, reading, within) for node in group.any]
        if not any(verdict.holds for verdict in verdicts):
            return _none_of(group, verdicts)
        evidence += tuple(each for verdict in verdicts if verdict.holds for each in verdict.evidence)
        unsure = unsure or all(verdict.unsure for verdict in verdicts if verdict.holds)
    for node in group.none:
        verdict = look(node, reading, within)
        if verdict.holds:
            return Verdict(holds=False, why=but_does(verdict.evidence), path=node.path)
    return Verdict(holds=True, evidence=evidence, unsure=unsure)


def units(group: Group, reading: Reading, within: Span | None) -> Iterator[Span]:
    """The sentences or paragraphs that a bound group is looked at in, one by one."""
    every = reading.sentences if group.same == "sentence" else reading.paragraphs
    for start, end in every:
        if within is None or (start < within[1] and within[0] < end):
            yield (start, end) if within is None else (max(start, within[0]), min(end, within[1]))


def _bound(group: Group, reading: Reading, within: Span | None) -> Verdict:
    """A group with `same`: it holds if all of it holds in one unit; every such unit is evidence."""
    first = _first_failing(group, reading, within)
    if first is not None:
        return first
    found: list[Evidence] = []
    holding = 0
    unsure = True
    for unit in units(group, reading, within):
        verdict = members(group, reading, unit)
        if verdict.holds:
            found += verdict.evidence
            holding += 1
            unsure = unsure and verdict.unsure
            if holding == MOST_UNITS:
                break
    if holding:
        return Verdict(holds=True, evidence=tuple(found), unsure=unsure)
    return Verdict(holds=False, why=f"same: no {group.same} meets all of it", path=group.path)


def _first_failing(group: Group, reading: Reading, within: Span | None) -> Verdict | None:
    """The first clause of `all` that holds nowhere at all: then it holds in no single unit either."""
    for node in group.all:
        if isinstance(node, Clause):
            verdict = look(node, reading, within)
            if not verdict.holds:
                return verdict
    return None


def _none_of(group: Group, verdicts: list[Verdict]) -> Verdict:
    if len(verdicts) == 1:
        return verdicts[0]
    return Verdict(
        holds=False,
        why="any: none of them holds: " + "; ".join(verdict.why for verdict in verdicts[:3]),
        path=group.path or verdicts[0].path,
    )


def but_does(evidence: tuple[Evidence, ...]) -> str:
    """Why a group fails of which a member holds that must not, by this evidence."""
    quote = next((each.quote for each in evidence if each.quote), "")
    return "none: must not hold, but does" + (f': "{quote}"' if quote else "")


def distinct(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Each piece once. That no two have clause, place and quote in common is asked first: it costs a third as much."""
    if len({(each.clause, each.start, each.quote) for each in evidence}) == len(evidence):
        return evidence
    return tuple(dict.fromkeys(evidence))
