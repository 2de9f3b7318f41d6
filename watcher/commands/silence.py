"""`watcher silence`: hide alerts by a query until a time, see what that hid, end it early; the daemon obeys at once."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime

from watcher.app.clauses import name_faults
from watcher.app.daemon import utc_now
from watcher.app.loading import load_rule_set, rule_files_of
from watcher.app.overlooked import unknown_in
from watcher.commands.doing import MOST_WORDS, by, by_argument
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.commands.search import typed
from watcher.commands.until import USAGE, until_arguments, until_of
from watcher.config import Config, data_dir
from watcher.config.lexicon import read_lexicon
from watcher.config.rules.files import ids_of
from watcher.core.errors import StoreError
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.rules.model import RuleSet
from watcher.core.telling.lifecycle import Silence
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.telling.lifecycle import silence_id
from watcher.render.moments import count
from watcher.stores.sqlite.sessions import reading, writing
from watcher.stores.sqlite.silences import SqliteSilences

_MOST = 1_000
_HIDDEN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    adds = actions.add_parser("add", help="hide what a query takes, until a time")
    adds.add_argument(
        "query",
        nargs="*",
        metavar="QUERY",
        help="which alerts: rule:cn-* gallium, route:desk severity:notice, story:ID. What begins with - goes behind --",
    )
    adds.add_argument("--all", action="store_true", help="every alert, instead of a query")
    until_arguments(adds)
    adds.add_argument("--reason", metavar="TEXT", default="", help="why; needed, and kept with all that it hides")
    by_argument(adds)
    lists = actions.add_parser("list", help="silences with what each hid so far, the next to end first")
    lists.add_argument("--all", action="store_true", help="those that are over too")
    lists.add_argument("--json", action="store_true", help="one JSON object per line")
    shows = actions.add_parser("show", help="one silence, and the newest of what it hid")
    shows.add_argument("silence", metavar="ID")
    ends = actions.add_parser("end", help="end a silence now")
    ends.add_argument("silence", metavar="ID")
    by_argument(ends)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    found = readable(arguments)
    if found is None:
        return CONFIGURATION
    config, whole = found
    try:
        match arguments.action:
            case "add":
                return _add(config, arguments, whole=whole)
            case "list":
                return _list(config, arguments, whole=whole)
            case "show":
                return _show(config, arguments.silence)
            case _:
                return _end(config, arguments.silence, by(arguments))
    except StoreError as error:
        say(f"silence: {error}")
        return FINDINGS


def _add(config: Config, arguments: argparse.Namespace, *, whole: bool) -> int:
    now = utc_now()
    text, reason = typed(arguments.query), one_line(arguments.reason)[:MOST_WORDS]
    if not text.strip() and not arguments.all:
        say("silence add: say which alerts with a query, or --all for every one")
        return USAGE
    if not reason:
        say("silence add: say why with --reason; it is kept with all that the silence hides")
        return USAGE
    try:
        until = until_of(arguments, now)
    except ValueError as error:
        say(f"silence add: {error}")
        return USAGE
    if not _sound(config, text, whole=whole):
        return USAGE
    author = by(arguments)
    silence = Silence(
        id=silence_id(text, author, now), query=text, author=author, reason=reason, begins=now, until=until
    )
    with writing(config.store.path) as db:
        SqliteSilences(db).add(silence)
    print(f"{silence.id}: hides {text or 'every alert'} until {_minute(until)} UTC, by {author}: {reason}")
    return 0


def _sound(config: Config, text: str, *, whole: bool) -> bool:
    """Whether the query can be read and names what there is; its mistakes are printed with their columns."""
    rules = _rules(config) if whole else None
    names = Names(
        rules=[rule.id for rule in rules.rules] if rules is not None else None,
        routes=list(config.routes) or None,
        sources=list(config.sources) or None,
    )
    query, problems = parse_query(text, alert_kinds(names, health=True))
    for problem in problems:
        say(str(problem))
    if query is None or rules is None:
        return query is not None
    faults = list(name_faults(query, rules.understanding()))
    for column, says in faults:
        say(f"query:1:{column} error[R017] {says}")
    return not faults


def _rules(config: Config) -> RuleSet | None:
    lexicon, _ = read_lexicon(data_dir())
    return None if lexicon is None else load_rule_set(config, lexicon, examples=False)[0]


def _list(config: Config, arguments: argparse.Namespace, *, whole: bool) -> int:
    now = utc_now()
    with reading(config.store.path) as db:
        found = SqliteSilences(db).listed(None if arguments.all else now, _MOST)
    rules = ids_of(rule_files_of(config)[0]) if found and whole and not arguments.json else None
    for silence, hid in found:
        if arguments.json:
            print(json.dumps(_as_json(silence, hid, now), ensure_ascii=False))
        else:
            print("\n".join(_lines(silence, hid, now)))
            idle = unknown_in(silence, config, rules) if rules is not None and silence.in_force(now) else ""
            if idle:
                print(f"  hides less than it says: {idle}")
    over = "" if arguments.all else "; those that are over: --all"
    say(f"{count(len(found), 'silence')}{over}")
    return 0


def _show(config: Config, id_: str) -> int:
    now = utc_now()
    with reading(config.store.path) as db:
        table = SqliteSilences(db)
        silence = table.get(id_)
        known = [each.id for each, _ in table.listed(None, _MOST)] if silence is None else []
        total, hidden = table.hidden(id_, _HIDDEN)
    if silence is None:
        return _unknown(id_, known)
    print("\n".join(_lines(silence, total, now)))
    for each, at in hidden:
        print(f"  {_minute(at)}  {each.alert}  {each.change}  {each.way}  {one_line(each.headline)}")
    if total > len(hidden):
        print(f"  and {total - len(hidden):,} before these")
    return 0


def _end(config: Config, id_: str, who: str) -> int:
    now = utc_now()
    with writing(config.store.path) as db:
        table = SqliteSilences(db)
        silence = table.get(id_)
        known = [each.id for each, _ in table.listed(None, _MOST)] if silence is None else []
        ended = table.end(id_, who, now)
        total, _ = table.hidden(id_, 1)
    if silence is None:
        return _unknown(id_, known)
    was = f"ended by {who}" if ended else f"was over at {_minute(silence.ends)} UTC"
    print(f"{id_}: {was}; it hid {count(total, 'telling')}")
    return 0


def _unknown(id_: str, known: Sequence[str]) -> int:
    item = one_line(id_)
    say(f'silence: unknown silence "{item}"{did_you_mean(item, known) or "; see: watcher silence list --all"}')
    return FINDINGS


def _lines(silence: Silence, hid: int, now: datetime) -> tuple[str, ...]:
    if silence.in_force(now):
        state = f"until {_minute(silence.until)} UTC"
    elif silence.ended is not None and silence.ended < silence.until:
        state = f"ended {_minute(silence.ended)} UTC by {one_line(silence.ended_by)}"
    else:
        state = f"over since {_minute(silence.until)} UTC"
    return (
        f"{silence.id}  {state}  hid {hid:,}  {one_line(silence.query) or '(every alert)'}",
        f"  since {_minute(silence.begins)}, by {one_line(silence.author)}: {one_line(silence.reason)}",
    )


def _as_json(silence: Silence, hid: int, now: datetime) -> dict[str, object]:
    return {
        "id": silence.id,
        "query": silence.query,
        "by": silence.author,
        "reason": silence.reason,
        "begins": silence.begins.isoformat(),
        "until": silence.until.isoformat(),
        "ended": silence.ended.isoformat() if silence.ended else None,
        "in_force": silence.in_force(now),
        "hid": hid,
    }


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
