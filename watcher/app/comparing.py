"""Two sets of rules over the same history, or over their own examples: the alerts that one has and the other has not.

Decides nothing: both sets are replayed, and where they part, the clause that decided is asked of once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.app.backtesting import backtest
from watcher.app.replaying import reading_as
from watcher.config.rules.entries import RULE_KEYS, Entry
from watcher.config.rules.examples import read_examples
from watcher.config.rules.files import RuleFiles
from watcher.config.rules.page import Page
from watcher.core.model import Reason, Severity
from watcher.core.rules.evaluate import Judgement, judge
from watcher.core.rules.examples import Example, reading_of
from watcher.core.rules.model import RuleSet
from watcher.core.text.reading import Reading
from watcher.core.yaml.strict import load
from watcher.pipeline.runtime import Runtime
from watcher.stores.sqlite.articles import SqliteArticles
from watcher.stores.sqlite.replaying import Replayed, ReplayTable, Span
from watcher.stores.sqlite.sessions import reading
from watcher.stores.sqlite.shadow import BEYOND

_ALERTS = frozenset({Reason.RAISED, Reason.SEVERITY_RAISED, Reason.UPDATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One alert that one set has and the other has not, or of another severity: `was` and `now`, None for none.

    `why` is the clause that decided in the set that has it not, `when` the moment as it is shown.
    """

    rule: str
    was: str | None
    now: str | None
    when: str
    title: str
    subject: str
    why: str


def over_history(path: Path, old: Runtime, new: Runtime, span: Span) -> list[Difference]:
    """What the new rules would have told otherwise. Raises StoreError."""
    before, after = (_alerts(backtest(path, runtime, span).decided) for runtime in (old, new))
    parted = [
        (before.get(key), after.get(key))
        for key in dict.fromkeys((*before, *after))
        if _loudness(before.get(key)) != _loudness(after.get(key))
    ]
    readings = _Readings(path, old)
    found = [_parted(was, now, old, new, readings) for was, now in parted]
    return sorted(found, key=lambda each: (each.when, each.rule, each.subject))


def has_history(path: Path, span: Span) -> bool:
    """Whether anything is stored to compare by."""
    if not path.is_file():
        return False
    with reading(path) as db:
        return bool(ReplayTable(db).numbers(span))


def _alerts(decided: Iterable[Replayed]) -> Mapping[tuple[str, str], Replayed]:
    """The alerts by rule and subject, each by its loudest decision."""
    found: dict[tuple[str, str], Replayed] = {}
    for each in decided:
        if each.reason in _ALERTS:
            key = (each.rule, each.subject)
            before = found.get(key)
            if before is None or Severity(each.severity).rank > Severity(before.severity).rank:
                found[key] = each
    return found


def _loudness(each: Replayed | None) -> str | None:
    return each.severity if each is not None else None


class _Readings:
    """Articles as the rules looked at them, one at a time."""

    def __init__(self, path: Path, runtime: Runtime) -> None:
        self._path = path
        self._understander = runtime.rule_set.understander

    def of(self, each: Replayed) -> Reading | None:
        """The article of a decision; None for a timer's."""
        if each.observation >= BEYOND:
            return None
        with reading(self._path) as db:
            found = next(ReplayTable(db).load([each.observation]), None)
            if found is None or not found.kept:
                return None
            return reading_as(found, self._understander, SqliteArticles(db).text)


def _parted(was: Replayed | None, now: Replayed | None, old: Runtime, new: Runtime, readings: _Readings) -> Difference:
    shown = now or was
    assert shown is not None, "one of both is there"
    lacking = new if now is None else old
    why = "" if was is not None and now is not None else _why(lacking.rule_set, shown.rule, readings.of(shown))
    return Difference(
        rule=shown.rule,
        was=_loudness(was),
        now=_loudness(now),
        when=f"{shown.at:%Y-%m-%d %H:%M}",
        title=shown.title,
        subject=shown.subject,
        why=why,
    )


def _why(rules: RuleSet, rule_id: str, text: Reading | None) -> str:
    """Why a set has no alert where the other has one."""
    rule = rules.rule(rule_id)
    if rule is None:
        return "there is no such rule"
    if text is None:
        return "its requirement is not met then" if rule.require is not None else "it does not hold then"
    judged = judge(rule, text)
    return "it matches, but raises nothing" if judged.matched else words_of(judged)


def words_of(judged: Judgement) -> str:
    """The clause that decided."""
    return f"{judged.path}: {judged.why}" if judged.path else judged.why


def over_examples(old: RuleSet, new: RuleSet, files: RuleFiles) -> Iterator[Difference]:
    """What the examples of both come to by each, where there is no history."""
    seen: set[tuple[str, Example]] = set()
    for rule_id, label, example in _examples(files, old, new):
        if (rule_id, example) in seen:
            continue
        seen.add((rule_id, example))
        text = reading_of(example)
        judged = {
            rules is new: judge(rule, text) if (rule := rules.rule(rule_id)) is not None else None
            for rules in (old, new)
        }
        was, now = (_severity(judged[side]) for side in (False, True))
        if was != now:
            lacking = new if now is None else old
            yield Difference(
                rule=rule_id,
                was=was,
                now=now,
                when=label,
                title=text.text.split("\n", 1)[0],
                subject="",
                why="" if was and now else _why(lacking, rule_id, text),
            )


def _severity(judged: Judgement | None) -> str | None:
    return judged.severity if judged is not None and judged.matched else None


def _examples(files: RuleFiles, *sets: RuleSet) -> Iterator[tuple[str, str, Example]]:
    """Every sound example of every rule: the rule's id, what it is called, and the example."""
    for name, content in files:
        root = load(content, name)[0]
        rules = root.get("rules") if root is not None else None
        if root is None or rules is None:
            continue
        for node in rules.items:
            page = Page(name=name, root=root, lines=())
            id_ = str((node.get("id") or node).value)
            rule = next((found for each in sets if (found := each.rule(id_)) is not None), None)
            entry = Entry(page=page, node=node, id=id_, keys=page.mapping(node, RULE_KEYS), rule=rule)
            for side, index, _, example in read_examples(entry):
                yield id_, f"{side}[{index}]", example
