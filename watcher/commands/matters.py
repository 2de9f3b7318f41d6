"""`watcher matters`: the matters that are followed with their status, or one with its time line; it only reads."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from watcher.app.matter_words import listed, standing_json, time_line, unread_json, unread_lines
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, say
from watcher.core.errors import StoreError
from watcher.core.matters.kept import Entered, Kept
from watcher.core.matters.model import Matter
from watcher.core.text.escapes import plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
_MOST = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    parser.add_argument("matter", nargs="?", metavar="ID", help="one matter with its time line; without, all of them")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many matters (default 200)")
    parser.add_argument("--json", action="store_true", help="as JSON, one object a line")


def run(arguments: argparse.Namespace) -> int:
    """List them, or show one."""
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    found = loaded(arguments, warnings=False)
    if found is None:
        return CONFIGURATION
    declared = found.runtime.rule_set.matters
    try:
        with snapshot(found.config.store.path) as turn:
            if arguments.matter is not None:
                return _one(turn, declared, arguments.matter, as_json=arguments.json)
            kept = turn.matters.every(arguments.limit)
    except StoreError as error:
        say(f"matters: {error}")
        return FINDINGS
    _all(kept, declared, as_json=arguments.json)
    return 0


def _all(kept: Sequence[Kept], declared: Sequence[Matter], *, as_json: bool) -> None:
    known = {each.id for each in kept}
    unread = [each for each in declared if each.id not in known]
    if as_json:
        for each in kept:
            print(_json(_summary(each)))
        _unread(unread, as_json=True)
    else:
        for row in listed(kept, unread):
            print(plain_safe(row))
    say(count(len(kept) + len(unread), "matter"))


def _unread(matters: Sequence[Matter], *, as_json: bool) -> None:
    """Matters that nothing was read of yet, each with what it follows."""
    for matter in matters:
        if as_json:
            print(_json(unread_json(matter)))
            continue
        for row in unread_lines(matter):
            print(plain_safe(row))


def _one(turn: SqliteTurn, declared: Sequence[Matter], id_: str, *, as_json: bool) -> int:
    matter = next((each for each in declared if each.id == id_), None)
    kept = turn.matters.kept([id_]).get(id_)
    if kept is None and matter is None:
        known = [each.id for each in turn.matters.every(_MOST)] + [each.id for each in declared]
        say(f"matter {id_[:60]}: not known{did_you_mean(id_, known)}")
        return FINDINGS
    if kept is None:
        _unread([matter] if matter is not None else (), as_json=as_json)
        return 0
    line = turn.matters.line(id_)
    if as_json:
        print(_json(_summary(kept) | {"line": [_entry(each) for each in line]}))
    else:
        for row in time_line(matter, kept, line):
            print(plain_safe(row))
    return 0


def _summary(kept: Kept) -> dict[str, object]:
    return {
        "matter": kept.id,
        "title": kept.title,
        "declared": kept.declared,
        "document": kept.document,
        "types": list(kept.types),
        **standing_json(kept.standing),
        "heard": kept.heard.isoformat(),
    }


def _entry(entered: Entered) -> dict[str, object]:
    return asdict(entered.made) | {"origin": asdict(entered.origin), "withdrawn": entered.withdrawn}


def _json(made: object) -> str:
    return plain_safe(json.dumps(made, ensure_ascii=False, default=str))
