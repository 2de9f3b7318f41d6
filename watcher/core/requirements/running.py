"""Requirements of a rule set over a stream of items: every item in order of first sight, every timer in its place.

The live run and a replay are this one function over the same items; it never asks for the time, so both give the same
bits. Source: the rule language, section 4, "Order, live and in replay".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.model import Reason, Severity
from watcher.core.requirements.counting import counted
from watcher.core.requirements.fields import ALL, Fields, has_no_value, shares
from watcher.core.requirements.moments import moment_of
from watcher.core.requirements.news import changed, first_met
from watcher.core.requirements.sequences import begun, followed, ran_out
from watcher.core.requirements.shares import calmed, is_new, reach, shared, spiked
from watcher.core.requirements.sighting import Sighting
from watcher.core.requirements.silence import fell_silent, heard
from watcher.core.requirements.state import Memory, Moment, Plain, Ruling, State, Verdict, moment, ticks
from watcher.core.requirements.withdrawing import taken_back
from watcher.core.rules.evaluate import Judgement, judge, look
from watcher.core.rules.evaluate import Verdict as Looked
from watcher.core.rules.model import Requirement, Rule, Step
from watcher.core.understanding.understander import Understander

KEY = "key:"
"""How the subjects of alerts begin whose episode a key has."""
EPISODIC = frozenset({"count", "spike", "ratio", "silent", "sequence"})
KEYED = frozenset({"first", "changed", "sequence"})
"""Kinds that an item without a value of the key can never meet."""
_REMEMBERED = frozenset({"count", "sources", "sequence", "spike", "ratio", "first", "changed"})
"""Kinds whose state names its items, so that one of them can be taken back; a silence was broken all the same."""
_REVISED = frozenset({"article", "series"})
"""What may say later that it was otherwise: a text, and a point."""
_BACK = "series"
"""What says later only that it was not so: what a corrected point brings is an item of its own."""
_PARTED = frozenset({"sequence", "ratio"})
"""Kinds that an item which still matches may have meant something else to."""
_BY_KIND: Mapping[str, Callable[[Requirement, State, Moment], Verdict]] = {
    "count": counted,
    "sources": counted,
    "silent": heard,
    "first": first_met,
    "changed": changed,
    "sequence": begun,
}
"""Kinds that ask of nothing but what is kept for the key."""


class Course:
    """The requirements of rules, going on from what a memory holds."""

    def __init__(self, rules: Iterable[Rule], memory: Memory, understander: Understander | None = None) -> None:
        asking = [(rule, rule.require) for rule in rules if rule.require is not None and rule.mode != "paused"]
        self._rules: dict[str, tuple[Rule, Requirement]] = {rule.id: (rule, asked) for rule, asked in asking}
        self._memory = memory
        self._understander = understander

    def until(self, at: datetime, most: int | None = None) -> Iterator[Ruling]:
        """Judge every timer up to a moment, or so many, in order of (due, rule, key); those that tell something."""
        left = most
        while left != 0 and (found := self._memory.first_due(ticks(at))) is not None:
            due, rule_id, key = found
            left = None if left is None else left - 1
            state = self._memory.get(rule_id, key)
            if rule_id not in self._rules:  # nobody asks any more
                self._memory.put(rule_id, key, replace(state, due=None))
                continue
            rule, asked = self._rules[rule_id]
            ruling = self._ruling(rule, asked, key, _timed(asked, state), moment(due), state)
            if ruling.reason is None or ruling.closes:
                yield ruling

    def take(self, item: Sighting, judged: Mapping[str, Judgement]) -> Iterator[Ruling]:
        """Judge one item by the rules that its sort is for; whoever has one judges the timers up to it before.

        Args: judged: what the rules' own conditions say of it; a rule that is not there does not match.
        """
        for rule, asked in self._rules.values():
            if asks(rule, item):
                begun = self._memory.begun(rule.id)
                if begun is None or begun > ticks(item.seen):  # or the clock was ahead
                    self._memory.begin(rule.id, ticks(item.seen))
                left: list[str] = []
                if item.revised and item.sort in _REVISED and asked.kind in _REMEMBERED:
                    yield from self._withdrawn(rule, asked, item, judged.get(rule.id), left)
                if not (item.revised and item.sort == _BACK):
                    yield from self._asked(rule, asked, item, judged.get(rule.id), moved=bool(left))

    def loses(self, rule_id: str, item: Sighting, judged: Mapping[str, Judgement]) -> bool:
        """Whether anything is kept of an item that was counted for what it says no more; keeps all as it is."""
        rule, asked = self._rules[rule_id]
        if asked.kind not in _REMEMBERED:
            return False
        return any(True for _ in self._lost(rule, asked, item, judged.get(rule_id)))

    def _withdrawn(
        self, rule: Rule, asked: Requirement, item: Sighting, judged: Judgement | None, left: list[str]
    ) -> Iterator[Ruling]:
        """Take back what the item was counted for and no longer says; what ends with that.

        Args: left - takes the keys that it was counted for and is none of any more.
        """
        for key, here, state, verdict in self._lost(rule, asked, item, judged):
            left += [] if here else [key]
            ruling = self._ruling(rule, asked, key, verdict, item.seen, state)
            if ruling.closes:
                yield replace(ruling, number=item.number, timed=False, withdrawn=True, own=item.subject)

    def _lost(
        self, rule: Rule, asked: Requirement, item: Sighting, judged: Judgement | None
    ) -> Iterator[tuple[str, bool, State, Verdict]]:
        """The keys that lose the item, whether it is one of theirs still, what is kept of each and what is left."""
        matches = judged is not None and judged.matched
        naming = self._memory.naming(rule.id, item.number)
        keys: Sequence[str] = naming
        if naming and asked.kind != "sequence":
            keys = Fields(item, rule.when, self._understander).keys(asked.by)
        if matches and asked.kind not in _PARTED and set(naming) <= set(keys):
            return
        nodes = [step.node for step in asked.steps] if asked.of is None else [asked.of]

        def holds(place: int) -> bool:
            return matches if place == 0 else look(nodes[place - 1], item.reading).holds

        for key in naming:
            state = self._memory.get(rule.id, key)
            verdict = taken_back(asked, state, item.number, ticks(item.seen), holds if key in keys else _nowhere)
            if verdict is not None:
                yield key, key in keys, state, verdict

    def _asked(
        self, rule: Rule, asked: Requirement, item: Sighting, judged: Judgement | None, *, moved: bool
    ) -> Iterator[Ruling]:
        judgement = judged if judged is not None and judged.matched else None
        late = item.seen - item.event > asked.lateness and not item.held
        if asked.kind == "sequence" and not late:
            yield from self._steps(rule, asked, item)
        if judgement is not None and item.revised and rule.id not in item.again:
            item = replace(item, event=item.seen)  # what is new in it was not said before
        elif late and not moved:  # what is moved to another key was in time when it was first seen
            if judgement is not None:
                yield _waiting(rule, item, "", Reason.LATE)
            return
        wider = look(asked.of, item.reading) if asked.of is not None else Looked(holds=False)
        if judgement is None and not wider.holds:
            return
        fields = Fields(item, rule.when, self._understander)
        at = moment_of(rule, asked, item, judgement, fields, wider=wider.holds)
        for key in fields.keys(asked.by):
            if asked.kind in KEYED and has_no_value(key):
                yield _waiting(rule, item, key, Reason.NO_KEY)
                continue
            state = self._memory.get(rule.id, key)
            fresh = moved and is_new(state, item.number)
            verdict = self._judged(rule, asked, state, replace(at, again=False, revised=False) if fresh else at)
            ruling = self._ruling(rule, asked, key, verdict, item.seen, state, at)
            if judgement is not None or ruling.fires or ruling.closes:
                yield ruling if judgement is not None else replace(ruling, evidence=wider.evidence)

    def _judged(self, rule: Rule, asked: Requirement, state: State, at: Moment) -> Verdict:
        began = self._memory.begun(rule.id)
        if asked.kind in _BY_KIND:
            return _BY_KIND[asked.kind](asked, state, at)
        return (spiked if asked.kind == "spike" else shared)(asked, state, at, at.seen if began is None else began)

    def _steps(self, rule: Rule, asked: Requirement, item: Sighting) -> Iterator[Ruling]:
        """What an item does to the courses under way, before it may begin one itself."""
        met: dict[int, tuple[Step, Looked, tuple[str, ...]]] = {}
        for number, step in enumerate(asked.steps, 1):
            verdict = look(step.node, item.reading)
            if verdict.holds:
                met[number] = step, verdict, Fields(item, step.node, self._understander).keys(asked.by)
        for key in self._courses(rule, asked, [key for _, _, keys in met.values() for key in keys]) if met else ():
            state = self._memory.get(rule.id, key)
            if state.step not in met:
                continue
            step, found, keys = met[state.step]
            if not any(shares(asked.by, key, each) for each in keys):
                continue
            at = moment_of(rule, asked, item, None, Fields(item, step.node, self._understander), wider=False)
            verdict_of = followed(asked, state, at)
            if verdict_of is not None:
                ruling = self._ruling(rule, asked, key, verdict_of, item.seen, state, at)
                if ruling.reason is None:
                    yield replace(ruling, evidence=found.evidence)

    def _courses(self, rule: Rule, asked: Requirement, keys: Sequence[str]) -> Sequence[str]:
        """The keys of courses that an item with these keys may belong to."""
        return self._memory.keys(rule.id) if "parties" in asked.by else tuple(dict.fromkeys(keys))

    def _ruling(
        self,
        rule: Rule,
        asked: Requirement,
        key: str,
        verdict: Verdict,
        at: datetime,
        before: State,
        item: Moment | None = None,
    ) -> Ruling:
        """Keep the state and say what came of it."""
        state, own = verdict.state, item.own if item is not None else before.own
        episode = state.episode
        if verdict.fires and asked.kind == "sequence":  # a course is named by its beginning, and gone with its end
            episode = _named(moment(before.first or 0))
        elif verdict.fires and asked.kind not in KEYED:
            episode = _episode(before.named, at)
            state = replace(state, episode=episode, named=episode, until=None, own=own)
        self._memory.put(rule.id, key, state)
        subject = f"{KEY}{key}@{episode}" if asked.kind in EPISODIC else own
        holds = verdict.fires or verdict.goes_on
        closed = (f"{KEY}{key}@{verdict.closes}" if asked.kind in EPISODIC else before.own) if verdict.closes else ""
        return Ruling(
            rule=rule.id,
            key=key,
            at=at,
            number=item.number if item is not None else before.number,
            reason=None if holds else verdict.reason,
            fires=verdict.fires,
            subject=subject if holds else "",
            closes=(closed,) if closed and closed != (subject if holds else "") else (),
            says=f"{key}: {verdict.says}" if verdict.says and _shows_key(asked) else verdict.says,
            behind=verdict.behind,
            timed=item is None,
            severity=Severity(item.severity if item is not None else before.severity),
            own=own,
        )


def replay(
    rules: Sequence[Rule],
    items: Iterable[Sighting],
    until: datetime,
    *,
    memory: Memory | None = None,
    understander: Understander | None = None,
) -> Iterator[tuple[Sighting | None, Ruling]]:
    """What the rules' requirements say of items in order of (first sight, number), and of all timers up to a moment.

    A ruling of a timer comes with None. An item that comes again is a revision of the one before.
    """
    course = Course(rules, Plain() if memory is None else memory, understander)
    asking = [rule for rule in rules if rule.require is not None]
    matched: dict[int, frozenset[str]] = {}
    for item in items:
        yield from ((None, ruling) for ruling in course.until(item.seen))
        judged: dict[str, Judgement] = {rule.id: judge(rule, item.reading) for rule in asking if asks(rule, item)}
        own = frozenset(rule for rule, judgement in judged.items() if judgement.matched)
        again = frozenset(item.again) | (own & matched.get(item.number, frozenset()))
        whole = replace(item, again=again, revised=item.revised or item.number in matched)
        if item.sort != "matter":
            matched[item.number] = own
        yield from ((item, ruling) for ruling in course.take(whole, judged))
    yield from ((None, ruling) for ruling in course.until(until))


def asks(rule: Rule, item: Sighting) -> bool:
    """Whether a rule judges what the item is: rows of tables are texts too."""
    return rule.subject == item.sort or (item.sort == "table" and rule.subject == "article")


def key_of(subject: str) -> str:
    """The key in the subject of an alert; "" if it has none."""
    return subject.removeprefix(KEY).rpartition("@")[0] if subject.startswith(KEY) else ""


def history_of(asked: Requirement) -> timedelta | None:
    """How much of the history a new rule replays in silence; None for all of it."""
    if asked.kind == "changed":
        return None
    if asked.kind == "first":
        return None if asked.gap is None else asked.gap + asked.lateness
    spans = sum((step.within for step in asked.steps), timedelta(0))
    silent = max(asked.silence, asked.over) if asked.silence is not None else asked.over
    return reach(asked) + spans + (silent if asked.kind == "silent" else timedelta(0)) + asked.lateness


def _shows_key(asked: Requirement) -> bool:
    """Whether the key tells a reader anything: that of all does not, nor does a story's."""
    return not set(asked.by) <= {ALL, "story"}


def _timed(asked: Requirement, state: State) -> Verdict:
    if asked.kind == "silent":
        return fell_silent(state)
    return ran_out(asked, state) if asked.kind == "sequence" else calmed(state)


def _episode(last: str, at: datetime) -> str:
    """The name of a firing: its moment, with a number where the last one began in the same one."""
    name, _, number = last.partition("#")
    return _named(at) if name != _named(at) else f"{name}#{int(number or 1) + 1}"


def _nowhere(_: int) -> bool:
    """What an item means to a key that it is none of any more."""
    return False


def _named(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z" if at.microsecond else f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _waiting(rule: Rule, item: Sighting, key: str, reason: Reason) -> Ruling:
    return Ruling(rule=rule.id, key=key, at=item.seen, number=item.number, reason=reason, own=item.subject)
