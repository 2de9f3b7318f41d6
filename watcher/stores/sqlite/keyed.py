"""What is kept of requirements by the values of a field, when a person renames, merges, splits or forgets such a value.

Never touches a rule that does not ask by that field: a source may be called as a material is, or as a country.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from watcher.core.requirements.fields import ALL, BETWEEN, USUAL_BY
from watcher.core.requirements.news import folded, line_of
from watcher.core.requirements.running import KEY, key_of
from watcher.core.requirements.shares import apart
from watcher.core.requirements.state import NOTHING, State
from watcher.core.values import parse_duration
from watcher.stores.sqlite.lifecycle import SqliteLifecycle
from watcher.stores.sqlite.requirements import SqliteMemory

OF_RULE = "rule:"
_OF_VALUE = {"source": ("source", "row", "series"), "story": ("story",)}
"""The subjects that are called by a value of a field, besides keys."""
_STATE = msgspec.json.Decoder(State)


def rename_values(db: sqlite3.Connection, field: str, old: str, new: str) -> None:
    """Let what is kept for a value of a field, and the alerts that its episodes have, go on under another value."""
    asked = _asked(db)
    for rule, version, key in _kept(db, field, old, asked):
        db.execute(
            "update or replace requirement_states set key = ? where rule = ? and version = ? and key = ?",
            (_put(key, asked[rule, version], field, new), rule, version, key),
        )
    _rename_alerts(db, field, old, new, asked)
    _rename_groups(db, field, old, new, asked)


def _rename_groups(db: sqlite3.Connection, field: str, old: str, new: str, asked: _Asked) -> None:
    """Let what routes hold for a value go on under the other; where that has a hold of its own, that one goes on."""
    for (group,) in db.execute("select grp from holds union select grp from held").fetchall():
        rule, slash, subject = str(group).removeprefix(OF_RULE).partition("/")
        if not (group.startswith(OF_RULE) and slash):
            continue
        to = _renamed_subject(subject, asked[rule, ""], field, old, new)
        if to != subject:
            move_group(db, group, f"{OF_RULE}{rule}/{to}")


def move_group(db: sqlite3.Connection, group: str, to: str) -> None:
    """Let what routes hold in one group be held in another."""
    db.execute("update or ignore holds set grp = ? where grp = ?", (to, group))
    db.execute("delete from holds where grp = ?", (group,))
    db.execute("update held set grp = ? where grp = ?", (to, group))


def _renamed_subject(subject: str, by: tuple[str, ...], field: str, old: str, new: str) -> str:
    """What a group is about: a key with that value among its parts, or a subject of the value's own."""
    key = subject.removeprefix(KEY)
    if key != subject:
        return f"{KEY}{_put(key, by, field, new)}" if _has(key, by, field, old) else subject
    for kind in _OF_VALUE.get(field, ()):
        if subject == f"{kind}:{old}" or subject.startswith(f"{kind}:{old}/"):
            return f"{kind}:{new}{subject.removeprefix(f'{kind}:{old}')}"
    return subject


def _rename_alerts(db: sqlite3.Connection, field: str, old: str, new: str, asked: _Asked) -> None:
    alerts = db.execute(
        "select id, rule, rule_version, subject from alerts where subject >= 'key:' and subject < 'key;'"
    ).fetchall()
    for id_, rule, version, subject in alerts:
        key, at, episode = subject.removeprefix(KEY).rpartition("@")
        by = asked[rule, version]
        if _has(key, by, field, old):
            db.execute(
                "update or ignore alerts set subject = ? where id = ?",
                (f"{KEY}{_put(key, by, field, new)}{at}{episode}", id_),
            )


def forget_values(db: sqlite3.Connection, field: str, value: str, at: datetime) -> None:
    """Forget what is kept for a value of a field; alerts on its episodes, which nothing would end, are closed."""
    asked = _asked(db)
    for row in _kept(db, field, value, asked):
        db.execute("delete from requirement_states where rule = ? and version = ? and key = ?", row)
    people = SqliteLifecycle(db)
    alerts = db.execute(
        "select id, rule, rule_version, subject from alerts where state = 'open' and subject >= 'key:' and subject < 'key;'"
    ).fetchall()
    for id_, rule, version, subject in alerts:
        if _has(key_of(subject), asked[rule, version], field, value):
            people.expire(id_, f"the {field} {value} was forgotten", at)


def merge_stories(db: sqlite3.Connection, survivor: str, other: str) -> list[tuple[str, str, str]]:
    """Let what was kept of a story count for the one that takes it in.

    Returns (rule, subject, the subject that stays) of alerts whose episode ends in another's by that.
    """
    asked = _asked(db)
    ended: list[tuple[str, str, str]] = []
    for rule, version, key, held in _naming(db, other):
        memory = SqliteMemory(db, {rule: version})
        state = _given(held, None, other, survivor)
        by = asked[rule, version]
        to = _put(key, by, "story", survivor) if _has(key, by, "story", other) else key
        if to != key:
            before = memory.get(rule, to)
            if before.episode and state.episode:
                ended.append((rule, f"{KEY}{key}@{state.episode}", f"{KEY}{to}@{before.episode}"))
            state = _folded(before, state)
            memory.put(rule, key, NOTHING)
        memory.put(rule, to, state)
    return ended


def move_alerts_of_story(db: sqlite3.Connection, survivor: str, other: str) -> None:
    """Let alerts on episodes of a story be on the one that took it in."""
    asked = _asked(db)
    _rename_alerts(db, "story", other, survivor, asked)
    _rename_groups(db, "story", other, survivor, asked)


def split_story(db: sqlite3.Connection, old: str, new: str, numbers: Collection[int]) -> None:
    """Let what these articles counted for a story count for the one that was split from it; episodes stay."""
    asked = _asked(db)
    for rule, version, key, held in _naming(db, old):
        if held.step:
            continue
        memory = SqliteMemory(db, {rule: version})
        state, by = _given(held, numbers, old, new), asked[rule, version]
        if _has(key, by, "story", old):
            going = tuple(each for each in state.items if each[1] in numbers)
            goes = State(items=going, until=state.until)
            if state.counts and (within := _within(db, rule, version)) is not None:
                state, goes = apart(within, state, goes)
            if going:
                memory.put(rule, _put(key, by, "story", new), goes)
            state = replace(state, items=tuple(each for each in state.items if each[1] not in numbers))
        memory.put(rule, key, state)


def _naming(db: sqlite3.Connection, story: str) -> list[tuple[str, str, str, State]]:
    """Every state in whose key or content the story is."""
    rows = db.execute(
        "select rule, version, key, state from requirement_states where instr(key, :of) > 0 or instr(state, :of) > 0",
        {"of": story},
    ).fetchall()
    return [(rule, version, key, _STATE.decode(state)) for rule, version, key, state in rows]


def _given(state: State, numbers: Collection[int] | None, old: str, new: str) -> State:
    """The state with these items, or all, counting for another story."""

    def goes(number: int) -> bool:
        return numbers is None or number in numbers

    items = tuple((at, number, new if whose == old and goes(number) else whose) for at, number, whose in state.items)
    own = f"story:{new}" if state.own == f"story:{old}" and goes(state.number) else state.own
    return replace(state, items=items, own=own)


def _folded(one: State, two: State) -> State:
    """Two states of what is one now; what only one can have is that of the later word, or of the course further on."""
    if one.step or two.step:
        return max(one, two, key=lambda each: each.step)
    base = max(one, two, key=lambda each: each.last or 0)
    episode = one.episode or two.episode
    counts: dict[int, tuple[int, int]] = {}
    for tenth, matches, wider in (*one.counts, *two.counts):
        had = counts.get(tenth, (0, 0))
        counts[tenth] = (had[0] + matches, had[1] + wider)
    watched = any(each.known or each.values for each in (one, two))
    known = tuple(sorted({*line_of(one), *line_of(two)})) if watched else ()
    ends = [each.until for each in (one, two) if each != NOTHING]
    spent = [each for each in ends if each is not None]
    return replace(
        base,
        episode=episode,
        named=max(one.named, two.named),
        due=base.due if counts or not episode else None,
        until=max(spent, default=None) if len(spent) == len(ends) and not episode else None,
        items=tuple(sorted({*one.items, *two.items})),
        counts=tuple((tenth, *counts[tenth]) for tenth in sorted(counts)),
        first=min((each.first for each in (one, two) if each.first is not None), default=None),
        values=folded(known),
        known=known,
    )


def _within(db: sqlite3.Connection, rule: str, version: str) -> timedelta | None:
    """The window of a rule's requirement; None where it has none that is known."""
    row = db.execute("select body from rule_versions where rule = ? and version = ?", (rule, version)).fetchone()
    require = json.loads(row[0]).get("rule", {}).get("require") if row is not None else None
    within = require.get("within") if isinstance(require, dict) else None
    return parse_duration(within) if isinstance(within, str) else None


class _Asked(dict[tuple[str, str], tuple[str, ...]]):
    """By which fields a rule asks, in the form named, or else in the newest that is known; none for an unknown rule."""

    def __missing__(self, name: tuple[str, str]) -> tuple[str, ...]:
        return self.get((name[0], ""), ())


def _asked(db: sqlite3.Connection) -> _Asked:
    found = _Asked()
    for rule, version, body in db.execute("select rule, version, body from rule_versions order by rule, number"):
        require = json.loads(body).get("rule", {}).get("require")
        by: tuple[str, ...] = ()
        if isinstance(require, dict):
            usual = next((usual for kind, usual in USUAL_BY.items() if kind in require), ALL)
            said = require.get("by", usual)
            by = (said,) if isinstance(said, str) else tuple(said)
        found[rule, version] = found[rule, ""] = by
    return found


def _kept(db: sqlite3.Connection, field: str, value: str, asked: _Asked) -> Iterator[tuple[str, str, str]]:
    """(rule, version, key) of every state kept for a value of a field."""
    rows = db.execute("select rule, version, key from requirement_states where instr(key, ?) > 0", (value,)).fetchall()
    return (row for row in rows if _has(row[2], asked[row[0], row[1]], field, value))


def _has(key: str, by: tuple[str, ...], field: str, value: str) -> bool:
    parts = key.split(BETWEEN)
    return len(parts) == len(by) and (field, value) in zip(by, parts, strict=True)


def _put(key: str, by: tuple[str, ...], field: str, value: str) -> str:
    parts = key.split(BETWEEN)
    return BETWEEN.join(value if name == field else part for name, part in zip(by, parts, strict=True))
