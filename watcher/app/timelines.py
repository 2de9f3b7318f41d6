"""Time-line tests run: step by step on a clock moved by hand, and what came of them held against what they expect.

Nothing in it decides for a rule: articles go through the real pipeline, on a store of their own.
Source: the rule language, section 6 (R055).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from watcher.app.timeline_records import Entry, Records
from watcher.app.timeline_setup import Ground, runtime_of, ways_of
from watcher.app.timeline_steps import Steps
from watcher.app.timeline_worlds import world
from watcher.core.errors import Problem
from watcher.core.rules.evaluate import judge
from watcher.core.rules.timelines import Deed, Expected, ExpectStep, TimeLine
from watcher.core.text.plain import fold
from watcher.core.values import duration_text
from watcher.core.yaml.strict import Node
from watcher.render.moments import count
from watcher.render.renderer import Renderer

_NOUNS = {"alerts": "alert", "sent": "message", "suppressed": "suppressed one", "issues": "issue"}
_MOST_WHY = 3


async def run_line(ground: Ground, renderer: Renderer, line: TimeLine) -> tuple[Problem, ...]:
    """Run one test; returns what is not as it expects."""
    runtime, problems = runtime_of(ground, line)
    if runtime is None:
        return problems
    found: list[Problem] = []
    async with world(runtime, renderer, line.start) as here:
        steps = Steps(world=here)
        records = Records(here, steps, ways_of(line))
        await steps.begin()
        await records.begin()
        for step in line.steps:
            here.now = max(here.now, step.at)
            await here.settle()
            if isinstance(step.does, ExpectStep):
                found += await _held(line, step.does, records)
                continue
            if isinstance(step.does, Deed):
                fault = await steps.do(step.does)
                found += [_problem(line, step.node, fault)] if fault else []
            else:
                await steps.take(step.does)
            await here.settle()
    return tuple(found)


async def _held(line: TimeLine, step: ExpectStep, records: Records) -> list[Problem]:
    """Hold all that happened since the last expectation against this one."""
    happened = await records.taken()
    found: list[Problem] = []
    for name, (key, wanted) in step.lists.items():
        entries = happened[name]
        matched = [[await _agrees(each, entry, records) for entry in entries] for each in wanted]
        counts, left = _paired(wanted, matched, len(entries))
        left = [at for at in left if not entries[at].may]
        for each, got in zip(wanted, counts, strict=True):
            if got != each.times:
                near = [entries[at] for at in left]
                found.append(await _missing(line, name, each, got, near, happened["suppressed"], records))
        if left and all(got == each.times for each, got in zip(wanted, counts, strict=True)):
            found.append(_surplus(line, key, name, [entries[at] for at in left]))
    return found


def _paired(wanted: Sequence[Expected], matched: Sequence[Sequence[bool]], count: int) -> tuple[list[int], list[int]]:
    """How many entries each expectation gets, at most as many as it wants, and the entries that nothing expects.

    Each entry goes to one; that is found as a largest pairing, so that the order of what is written means nothing.
    """
    slots = [at for at, each in enumerate(wanted) for _ in range(each.times)]
    held: dict[int, int] = {}

    def seek(entry: int, tried: set[int]) -> bool:
        for slot, of in enumerate(slots):
            if matched[of][entry] and slot not in tried:
                tried.add(slot)
                if slot not in held or seek(held[slot], tried):
                    held[slot] = entry
                    return True
        return False

    for entry in range(count):
        seek(entry, set())
    counts = [sum(slots[slot] == at for slot in held) for at in range(len(wanted))]
    return counts, [entry for entry in range(count) if entry not in held.values()]


async def _agrees(wanted: Expected, entry: Entry, records: Records) -> bool:
    """Whether an entry is as an expectation says."""
    if any(value not in entry.agrees.get(key, ()) for key, value in wanted.agrees.items()):
        return False
    if wanted.at is not None and wanted.at != entry.at:
        return False
    text = fold(entry.text)
    if any(fold(words) not in text for words in wanted.says) or any(fold(words) in text for words in wanted.not_says):
        return False
    for name, articles in wanted.holds.items():
        if frozenset(map(records.story_of, articles)) != entry.stories.get(name, frozenset()):
            return False
    if not wanted.facts:
        return True
    facts = await records.facts(entry.article)
    return all(facts.get(name, frozenset()).intersection(values) for name, values in wanted.facts.items())


async def _missing(
    line: TimeLine,
    name: str,
    wanted: Expected,
    got: int,
    left: Sequence[Entry],
    suppressed: Sequence[Entry],
    records: Records,
) -> Problem:
    """What is told of an entry that did not come, or not so often.

    The nearest that did come, else what was decided instead, else the clause that decided.
    """
    near = [each for each in left if _near(wanted, each)]
    because = "; ".join([await _came(line, each, wanted, records) for each in near[:_MOST_WHY]])
    if not because and "rule" in wanted.agrees and name in {"alerts", "sent"}:
        instead = [each for each in suppressed if _instead(wanted, each)]
        because = "; ".join(
            f"at {duration_text(each.at - line.start)}: {each.words}" for each in instead[:_MOST_WHY]
        ) or "; ".join([each async for each in _why(wanted, records)])
    text = f"expected {count(wanted.times, _NOUNS[name])}, got {got}{f': {because}' if because else ''}"
    return _problem(line, wanted.node, text)


def _instead(wanted: Expected, entry: Entry) -> bool:
    """Whether a decision that kept somebody from being told is on what was expected."""
    keys = [key for key in ("rule", "story", "alert", "key") if key in wanted.agrees]
    return all(wanted.agrees[key] in entry.agrees.get(key, ()) for key in keys)


def _near(wanted: Expected, entry: Entry) -> bool:
    """Whether an entry is of the rule, route or digest that was expected."""
    keys = [key for key in ("rule", "route", "digest") if key in wanted.agrees]
    return bool(keys) and all(wanted.agrees[key] in entry.agrees.get(key, ()) for key in keys)


async def _came(line: TimeLine, entry: Entry, wanted: Expected, records: Records) -> str:
    """An entry that came in the place of another, and where the two part."""
    missing = [words for words in wanted.says if fold(words) not in fold(entry.text)]
    said = [words for words in wanted.not_says if fold(words) in fold(entry.text)]
    parts = [f"at {duration_text(entry.at - line.start)}", entry.words]
    facts = await records.facts(entry.article) if wanted.facts else {}
    for name, values in wanted.facts.items():
        if not facts.get(name, frozenset()).intersection(values):
            parts.append(f"its {name} {', '.join(sorted(facts.get(name, ()))) or 'unknown'}")
    parts += [f'without "{words}"' for words in missing] + [f'with "{words}"' for words in said]
    return "there is one " + ", ".join(parts)


async def _why(wanted: Expected, records: Records) -> AsyncIterator[str]:
    """Why the rule was not met by the articles that came, each with the clause that decided; the newest first."""
    rule = records.world.runtime.rule_set.rule(wanted.agrees["rule"])
    if rule is not None and rule.subject == "health":
        for words in records.steps.idle[-_MOST_WHY:]:
            yield words
        return
    names = [wanted.agrees[key] for key in ("story", "alert") if key in wanted.agrees] or records.steps.order[::-1]
    for name in names[:_MOST_WHY]:
        reading = await records.reading(records.row(name))
        if rule is None or reading is None:
            continue
        judged = judge(rule, reading)
        if judged.matched:
            yield f"{name} x {rule.id}: it matches, as {judged.severity}, and raised nothing new"
        else:
            yield f"{name} x {rule.id}: no_match at {judged.path} ({judged.why})"


def _surplus(line: TimeLine, key: Node, name: str, left: Sequence[Entry]) -> Problem:
    shown = "; ".join(f"at {duration_text(each.at - line.start)}: {each.words}" for each in left[:_MOST_WHY])
    more = f"; and {len(left) - _MOST_WHY} more" if len(left) > _MOST_WHY else ""
    return _problem(line, key, f"expected no further {_NOUNS[name]}, got {len(left)}: {shown}{more}")


def _problem(line: TimeLine, node: Node, text: str) -> Problem:
    return Problem(file=line.file, line=node.line, column=node.column, code="R055", text=f"{line.name}: {text}")
