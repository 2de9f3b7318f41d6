"""`watcher alerts`: what is open, acknowledged, snoozed or closed; with an id, all that became of one alert."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.commands.opening import CONFIGURATION, FINDINGS, loaded, readable, say
from watcher.commands.search import typed
from watcher.core.errors import StoreError
from watcher.core.queries import Names, alert_kinds, parse_query
from watcher.core.telling.alerts import words_of
from watcher.core.telling.lifecycle import Deed
from watcher.core.telling.routes import Takes
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.runtime import Runtime
from watcher.pipeline.telling.viewing import stored_view
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.alert_lists import Happened, ListedAlert, history, listed, near, one
from watcher.stores.sqlite.lifecycle import SqliteLifecycle
from watcher.stores.sqlite.sessions import snapshot

USAGE = 2
STATES = ("open", "acknowledged", "snoozed", "closed")
_MOST, _LOOKED_AT, _STEPS = 1_000, 5_000, 200


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which alerts."""
    parser.add_argument(
        "query",
        nargs="*",
        metavar="QUERY",
        help="only what a query takes, as a route's `when`: rule:cn-* severity:urgent gallium; or the id of one alert",
    )
    parser.add_argument("--state", choices=STATES, help="only these (default: all but closed)")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default 50)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """List them, or show one."""
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    text = typed(arguments.query)
    try:
        if len(arguments.query) == 1 and text[:2] == "a-" and " " not in text:
            return _show(arguments, text)
        return _list(arguments, text)
    except StoreError as error:
        say(f"alerts: {error}")
        return FINDINGS


def _list(arguments: argparse.Namespace, text: str) -> int:
    takes: Takes | None = None
    runtime: Runtime | None = None
    if text.strip():
        found = loaded(arguments, warnings=False)
        if found is None:
            return CONFIGURATION
        runtime, path = found.runtime, found.config.store.path
    else:
        opened = readable(arguments)
        if opened is None:
            return CONFIGURATION
        path = opened[0].store.path
    now = utc_now()
    with snapshot(path) as turn:
        alerts = listed(turn.db, closed=arguments.state == "closed", limit=_LOOKED_AT)
        if runtime is not None:
            takes = _asked(runtime, text, [each.alert.rule for each in alerts])
            if takes is None:
                return USAGE
        fits = _fits(turn, runtime, takes, now)
        shown = [each for each in alerts if arguments.state in {None, each.state(now)} and fits(each)]
    for each in shown[: arguments.limit]:
        print(json.dumps(_as_json(each, now), ensure_ascii=False) if arguments.json else _line(each, now))
    more = f" of {len(shown):,}; more: --limit" if len(shown) > arguments.limit else ""
    say(f"{count(min(len(shown), arguments.limit), 'alert')}{more}")
    return 0


def _asked(runtime: Runtime, text: str, before: Collection[str]) -> Takes | None:
    """What takes an alert by the query, its mistakes printed. Args: before - rules that may be called otherwise now."""
    names = Names(
        rules={*(rule.id for rule in runtime.rule_set.rules), *before},
        routes=list(runtime.routes) or None,
        sources=list(runtime.sources) or None,
    )
    query, problems = parse_query(text, alert_kinds(names, health=True))
    for problem in problems:
        say(str(problem))
    return None if query is None else runtime.asks(text)


def _fits(
    turn: SqliteTurn, runtime: Runtime | None, takes: Takes | None, now: datetime
) -> Callable[[ListedAlert], bool]:
    """Whether an alert is asked for."""
    if runtime is None or takes is None:
        return lambda _each: True

    def fits(each: ListedAlert) -> bool:
        view = stored_view(turn, runtime, each.alert.id, now)
        return view is not None and takes(view)[0]

    return fits


def _show(arguments: argparse.Namespace, id_: str) -> int:
    opened = readable(arguments)
    if opened is None:
        return CONFIGURATION
    with snapshot(opened[0].store.path) as turn:
        meant = SqliteLifecycle(turn.db).meant(id_)
        found = one(turn.db, meant) if meant is not None else None
        known = near(turn.db, _MOST) if found is None else []
        decided, deeds = history(turn.db, meant or "", _STEPS)
    if found is None:
        say(f'unknown alert "{one_line(id_)}"{did_you_mean(id_, known) or "; see: watcher alerts"}')
        return FINDINGS
    now = utc_now()
    if arguments.json:
        print(json.dumps(_as_json(found, now) | {"history": _plain(decided, deeds)}, ensure_ascii=False))
        return 0
    print(_line(found, now))
    for at, words in sorted([*_decided(decided), *_done(deeds)], key=lambda pair: pair[0]):
        print(f"  {_minute(at)}  {words}")
    print(f"  the article, clause by clause: watcher why {found.alert.article}")
    return 0


def _decided(decided: Sequence[Happened]) -> list[tuple[datetime, str]]:
    return [(each.at, _decision(each)) for each in decided]


def _decision(each: Happened) -> str:
    detail = f": {one_line(each.detail)}" if each.detail else ""
    if each.way == "alert":
        return f"{words_of(each.change)}{detail}"
    return f"  {each.way}  {words_of(each.reason)}{detail}"


def _done(deeds: Sequence[tuple[Deed, bool]]) -> list[tuple[datetime, str]]:
    return [(deed.at, f"{_deed_words(deed)}{' (taken back)' if undone else ''}") for deed, undone in deeds]


def _deed_words(deed: Deed) -> str:
    end = f" until {_minute(deed.until)}" if deed.until is not None else ""
    words = f": {one_line(deed.words)}" if deed.words else ""
    return f"{deed.what} by {one_line(deed.who)} ({deed.how}){end}{words}"


def _line(each: ListedAlert, now: datetime) -> str:
    alert, state = each.alert, each.state(now)
    said = _people(each, state)
    if each.untold:
        said.append(f"nobody was told: {', '.join(map(words_of, each.untold))}")
    people = "".join(f", {words}" for words in said)
    why = f" ({words_of(each.why_closed)})" if state == "closed" else ""
    head = f"{_minute(alert.updated)}  {alert.id}  {state}{why}{people}  {alert.severity}  {alert.rule}"
    return f"{head}\n  {one_line(each.headline) or '(no title)'}"


def _people(each: ListedAlert, state: str) -> list[str]:
    found = []
    if state == "acknowledged" and each.handling.acknowledged is not None:
        found.append(f"by {one_line(each.handling.acknowledged.who)}")
    if state == "snoozed" and each.handling.snoozed is not None and each.handling.snoozed.until is not None:
        found.append(f"until {_minute(each.handling.snoozed.until)} by {one_line(each.handling.snoozed.who)}")
    if each.handling.assigned is not None:
        found.append(f"assigned to {one_line(each.handling.assigned.words)}")
    return found


def _as_json(each: ListedAlert, now: datetime) -> dict[str, object]:
    alert = each.alert
    return {
        "id": alert.id,
        "state": each.state(now),
        "why_closed": each.why_closed or None,
        "severity": alert.severity,
        "rule": alert.rule,
        "subject": alert.subject,
        "headline": each.headline,
        "link": each.link,
        "raised": alert.raised.isoformat(),
        "updated": alert.updated.isoformat(),
        "untold": list(each.untold),
        "acknowledged_by": each.handling.acknowledged.who if each.handling.acknowledged else None,
        "assigned_to": each.handling.assigned.words if each.handling.assigned else None,
    }


def _plain(decided: Sequence[Happened], deeds: Sequence[tuple[Deed, bool]]) -> list[dict[str, str]]:
    both = sorted([*_decided(decided), *_done(deeds)], key=lambda pair: pair[0])
    return [{"at": at.isoformat(), "says": words.strip()} for at, words in both]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
