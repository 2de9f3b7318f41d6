"""Changes of a rule that its marks speak for, each replayed over history beside the rule as it is; none is applied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from watcher.app.backtesting import backtest, runtime_for
from watcher.app.loading import UnderstandingOf, rule_files_of
from watcher.config import Config, data_dir
from watcher.config.lexicon import Lexicon
from watcher.config.rules import load_rules, read_table
from watcher.config.rules.files import read_paths
from watcher.config.rules.page import Page
from watcher.config.rules.setting import Setting
from watcher.core.model import Reason
from watcher.core.rules.model import Group, Rule, RuleSet
from watcher.core.rules.suggesting import Proposal, Told, proposals
from watcher.core.yaml.strict import Node
from watcher.stores.sqlite.marks import Marked, MarkTable
from watcher.stores.sqlite.replaying import Span
from watcher.stores.sqlite.sessions import reading

_ALERTS = frozenset({Reason.RAISED})
_PROPOSED = "proposed"
_TEXT_KINDS = frozenset(
    {"words", "near", "regex", "fuzzy", "organisation", "material", "place", "amount", "price", "event"}
)
_WORDS_READ = 1_200
"""Characters of an article that its words are taken from: its beginning says what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One proposal as it is written, and what it would have changed: alerts before and after, marked ones that go."""

    proposal: Proposal
    written: str
    before: int
    after: int
    relevant_gone: int
    others_gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What was found: how the rule's alerts were marked, and what would help."""

    relevant: int
    others: int
    suggestions: tuple[Suggestion, ...]


def suggest(config: Config, lexicon: Lexicon, rules: RuleSet, rule: Rule, span: Span) -> Suggested:
    """What the marks of a rule speak for. Raises StoreError."""
    path = config.store.path
    with reading(path) as db:
        marked = MarkTable(db).of(rule.id)
    relevant = [each for each in marked if each.verdict == "relevant"]
    others = [each for each in marked if each.verdict != "relevant"]
    found = list(proposals([_told(each) for each in relevant], [_told(each) for each in others], _own_words(rule)))
    before = _alerts(path, config, lexicon, rules, rule, span) if found else frozenset()
    suggestions: list[Suggestion] = []
    done: set[str] = set()
    for proposal in found:
        made = None if proposal.kind in done else _made(config, lexicon, rule, proposal)
        if made is None:
            continue
        changed, written = made
        after = _alerts(path, config, lexicon, rules, changed, span)
        gone = before - after
        made_less = Suggestion(
            proposal=proposal,
            written=written,
            before=len(before),
            after=len(after),
            relevant_gone=sum(each.subject in gone for each in relevant),
            others_gone=sum(each.subject in gone for each in others),
        )
        if _parts(made_less, len(relevant), len(others)):
            suggestions.append(made_less)
            done.add(proposal.kind)
    return Suggested(relevant=len(relevant), others=len(others), suggestions=tuple(suggestions))


def _parts(found: Suggestion, relevant: int, others: int) -> bool:
    """Whether it parts the two: what takes none of the others, or as many of the relevant ones, helps nobody.

    A proposal goes by what stands in the alerts; only the replay knows that a story's second source was a copy.
    """
    return found.others_gone * relevant > found.relevant_gone * others if relevant else found.others_gone > 0


def _told(each: Marked) -> Told:
    return Told(
        text=f"{each.article.title}\n{each.article.text[:_WORDS_READ]}",
        zones=frozenset(str(piece.zone) for piece in each.evidence if piece.zone is not None),
        sources=each.sources,
    )


def _own_words(rule: Rule) -> list[str]:
    """Every word that the rule's own conditions hold."""
    form = json.loads(rule.expanded) if rule.expanded else {}
    return list(_texts(form.get("rule", form)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in {"examples", "title", "note", "id"}:
                yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _alerts(path: Path, config: Config, lexicon: Lexicon, rules: RuleSet, rule: Rule, span: Span) -> frozenset[str]:
    """The subjects of the alerts that the rule would have raised."""
    runtime = runtime_for(config, lexicon, replace(rules, rules=(rule,)), span.until)
    return frozenset(each.subject for each in backtest(path, runtime, span).decided if each.reason in _ALERTS)


def _made(config: Config, lexicon: Lexicon, rule: Rule, proposal: Proposal) -> tuple[Rule, str] | None:
    """The rule as the proposal would have it, and how that is written; None where it can't be."""
    match proposal.kind:
        case "words":
            condition: object = {"none": [{"words": [proposal.words]}]}
        case "zone":
            clauses = _at_top(rule)
            if not clauses:
                return None
            condition = {"any": clauses} if len(clauses) > 1 else clauses[0]
        case _:
            required = {"sources": 2, "within": "48h"}
            made = (
                None if rule.require is not None else _read(config, lexicon, {"when": _when(rule), "require": required})
            )
            if made is None:
                return None
            return replace(rule, require=made.require), _yaml({"require": required})
    made = _read(config, lexicon, {"when": condition})
    if made is None:
        return None
    narrow = made.when if rule.narrow is None else Group(all=(rule.narrow, made.when), path="narrow")
    return replace(rule, narrow=narrow), _yaml({"change": {"rules": {str(rule.id): {"narrow": condition}}}})


def _when(rule: Rule) -> object:
    form = json.loads(rule.expanded)
    return form.get("rule", form)["when"]


def _at_top(rule: Rule) -> list[object]:
    """The clauses of the rule that look into the text, asked of the top alone."""
    return [{**clause, "in": ["top"]} for clause in _clauses(_when(rule))]


def _clauses(node: object) -> Iterator[dict[str, object]]:
    if not isinstance(node, dict):
        return
    for key in ("all", "any"):
        for child in node.get(key, ()):
            yield from _clauses(child)
    if _TEXT_KINDS & node.keys():
        yield node


def _read(config: Config, lexicon: Lexicon, keys: dict[str, object]) -> Rule | None:
    """A rule with these keys, read on the configuration's lists; None if it can't be."""
    form = {"id": _PROPOSED, "title": _PROPOSED, "severity": "notice", **keys, "examples": {"tests": [_PROPOSED]}}
    own = (f"{_PROPOSED}.yaml", yaml.safe_dump({"format": 1, "rules": [form]}, allow_unicode=True).encode())
    base = config.path.absolute().parent
    files, _ = rule_files_of(config)
    names, _ = read_paths(config.name_files, base, data_dir())
    rules, _ = load_rules(
        (*files, own),
        table=lambda file, name: read_table(base, file, name),
        inflections=lexicon.inflections,
        understanding=UnderstandingOf(files, names, base),
        setting=Setting(
            page=Page(name="", root=Node(kind="mapping", line=1, column=1), lines=()), rules=frozenset({_PROPOSED})
        ),
    )
    return rules.rule(_PROPOSED) if rules is not None else None


def _yaml(form: dict[str, object]) -> str:
    return yaml.safe_dump(form, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None).rstrip("\n")
