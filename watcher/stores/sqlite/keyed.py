"""What is kept of requirements by the values of a field, when a person renames, merges or forgets such a value.

Never touches a rule that does not ask by that field: a source may be called as a material is, or as a country.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

_BETWEEN = " | "
_KEY = "key:"
_USUALLY = {"sources": "story", "changed": "story"}
"""Source: the rule language, section 4, "Key": what a requirement without `by` goes by; others by `all`."""


def rename_values(db: sqlite3.Connection, field: str, old: str, new: str) -> None:
    """Let what is kept for a value of a field, and the alerts that its episodes have, go on under another value."""
    asked = _asked(db)
    for rule, version, key in _kept(db, field, old, asked):
        db.execute(
            "update or replace requirement_states set key = ? where rule = ? and version = ? and key = ?",
            (_put(key, asked[rule, version], field, new), rule, version, key),
        )
    alerts = db.execute("select id, rule, rule_version, subject from alerts where subject like 'key:%'").fetchall()
    for id_, rule, version, subject in alerts:
        key, at, episode = subject.removeprefix(_KEY).rpartition("@")
        by = asked[rule, version]
        if _has(key, by, field, old):
            db.execute(
                "update or ignore alerts set subject = ? where id = ?",
                (f"{_KEY}{_put(key, by, field, new)}{at}{episode}", id_),
            )


def forget_values(db: sqlite3.Connection, field: str, value: str) -> None:
    """Forget what is kept for a value of a field; alerts stay as they were told."""
    for row in _kept(db, field, value, _asked(db)):
        db.execute("delete from requirement_states where rule = ? and version = ? and key = ?", row)


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
            usual = next((usual for kind, usual in _USUALLY.items() if kind in require), "all")
            said = require.get("by", usual)
            by = (said,) if isinstance(said, str) else tuple(said)
        found[rule, version] = found[rule, ""] = by
    return found


def _kept(db: sqlite3.Connection, field: str, value: str, asked: _Asked) -> Iterator[tuple[str, str, str]]:
    """(rule, version, key) of every state kept for a value of a field."""
    rows = db.execute("select rule, version, key from requirement_states where instr(key, ?) > 0", (value,)).fetchall()
    return (row for row in rows if _has(row[2], asked[row[0], row[1]], field, value))


def _has(key: str, by: tuple[str, ...], field: str, value: str) -> bool:
    parts = key.split(_BETWEEN)
    return len(parts) == len(by) and (field, value) in zip(by, parts, strict=True)


def _put(key: str, by: tuple[str, ...], field: str, value: str) -> str:
    parts = key.split(_BETWEEN)
    return _BETWEEN.join(value if name == field else part for name, part in zip(by, parts, strict=True))
