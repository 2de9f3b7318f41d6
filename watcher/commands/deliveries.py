"""`watcher deliveries`: deliveries and queues; dead ones retried, a channel resumed, its queue moved or dropped."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from watcher.app.daemon import utc_now
from watcher.commands.deciding import author_arguments, author_of
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.commands.queue_words import queue_json, queue_lines
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.render.moments import count
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.deliveries import (
    ListedDelivery,
    ShownDelivery,
    channels,
    listed,
    newest_ids,
    resume,
    retry,
    retry_dead,
    shown,
)
from watcher.stores.sqlite.sessions import reading, writing
from watcher.stores.sqlite.stranded import drop_deliveries, move_deliveries

USAGE = 2
_USUAL, _MOST = 50, 1_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    _list_arguments(parser, suppress=False)
    parser.set_defaults(action="list")
    lists = actions.add_parser("list", help="deliveries, newest first (the default)")
    _list_arguments(lists, suppress=True)
    shows = actions.add_parser("show", help="one delivery: its attempts with their answers, and its words")
    shows.add_argument("delivery", metavar="ID")
    retries = actions.add_parser("retry", help="let dead deliveries go out now, under their old ids")
    retries.add_argument("delivery", metavar="ID", nargs="*")
    retries.add_argument("--dead", action="store_true", help="all that were given up")
    retries.add_argument("--channel", metavar="CHANNEL", help="with --dead: only those of this channel")
    queues = actions.add_parser("queues", help="what waits for each channel, since when, and at what pace it goes out")
    queues.add_argument("--json", action="store_true", help="one JSON object per line")
    resumes = actions.add_parser("resume", help="open a paused or closed channel again")
    resumes.add_argument("channel", metavar="CHANNEL")
    moves = actions.add_parser("move", help="let what waits for a channel go out on another one")
    moves.add_argument("channel", metavar="OLD")
    moves.add_argument("other", metavar="NEW")
    drops = actions.add_parser("drop", help="give up what waits for a channel; the reason stays with each delivery")
    drops.add_argument("channel", metavar="CHANNEL")
    for action in (moves, drops):
        author_arguments(action)


def _list_arguments(lists: argparse.ArgumentParser, *, suppress: bool) -> None:
    """The options of a list, which come before or after the word; what is not given after it must not undo those."""

    def default(value: object) -> object:
        return argparse.SUPPRESS if suppress else value

    lists.add_argument("--dead", action="store_true", default=default(False), help="only those that were given up")
    lists.add_argument("--due", action="store_true", default=default(False), help="only those that wait")
    lists.add_argument("--channel", metavar="CHANNEL", default=default(None), help="only those of this channel")
    lists.add_argument(
        "--limit", type=int, default=default(_USUAL), metavar="N", help=f"at most so many (default {_USUAL})"
    )
    lists.add_argument(
        "--before",
        type=int,
        default=default(None),
        metavar="N",
        help="the next page: what the last line of a page names",
    )
    lists.add_argument("--json", action="store_true", default=default(False), help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    actions = {
        "list": _list,
        "queues": _queues,
        "show": _show,
        "retry": _retry,
        "resume": _resume,
        "move": _move,
        "drop": _drop,
    }
    try:
        return actions[arguments.action](config, arguments)
    except StoreError as error:
        say(str(error))
        return FINDINGS


def _list(config: Config, arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.limit <= _MOST:
        say(f"--limit {arguments.limit}: must be 1 to {_MOST:,}")
        return USAGE
    states = (["dead"] if arguments.dead else []) + (["due", "leased"] if arguments.due else [])
    with reading(config.store.path) as db:
        found = listed(db, states=states, channel=arguments.channel, before=arguments.before, limit=arguments.limit)
        if not found and arguments.channel is not None:
            _known_channel(config, channels(db), arguments.channel)
    for each in found:
        print(json.dumps(_as_json(each), ensure_ascii=False) if arguments.json else _line(each))
    more = f"; older ones: --before {found[-1].number}" if len(found) == arguments.limit else ""
    say(f"{count(len(found), 'delivery')}{more}")
    return 0


def _queues(config: Config, arguments: argparse.Namespace) -> int:
    with reading(config.store.path) as db:
        turn = SqliteTurn(db)
        queues = {each.channel: each for each in turn.queues.queues()}
        states = turn.outbox.channel_states()
    if arguments.json:
        for name in sorted({*config.channels, *queues}):
            print(json.dumps(queue_json(config, name, queues.get(name), states.get(name)), ensure_ascii=False))
    else:
        print("\n".join(queue_lines(config, queues, states, utc_now())))
    return 0


def _show(config: Config, arguments: argparse.Namespace) -> int:
    with reading(config.store.path) as db:
        found = shown(db, arguments.delivery)
        near = newest_ids(db) if found is None else []
    if found is None:
        say(f"delivery {arguments.delivery}: not known{did_you_mean(arguments.delivery, near)}")
        return FINDINGS
    print(_whole(found))
    return 0


def _retry(config: Config, arguments: argparse.Namespace) -> int:
    if bool(arguments.delivery) == arguments.dead or (arguments.channel and not arguments.dead):
        say("deliveries retry: name deliveries, or --dead (with --channel: of that channel only)")
        return USAGE
    now = utc_now()
    if arguments.dead:
        with writing(config.store.path) as db:
            if arguments.channel is not None:
                _known_channel(config, channels(db), arguments.channel)
            retried = retry_dead(db, arguments.channel, now)
        say(f"{count(retried, 'dead delivery')} {'is' if retried == 1 else 'are'} due now")
        return 0
    return max(_retry_one(config, delivery, now) for delivery in arguments.delivery)


def _retry_one(config: Config, delivery: str, now: datetime) -> int:
    with writing(config.store.path) as db:
        was = retry(db, delivery, now)
        near = newest_ids(db) if was is None else []
    says = {
        "due": "due now",
        "waiting": "was waiting; due now",
        "leased": "is being tried right now",
        "sent": "was sent; a retry would repeat it, so it stays as it is",
        "closed": "is closed: what it says was told elsewhere, or dropped; see: watcher deliveries show",
        None: f"not known{did_you_mean(delivery, near)}",
    }
    say(f"delivery {delivery}: {says[was]}")
    return FINDINGS if was in {None, "sent", "closed"} else 0


def _resume(config: Config, arguments: argparse.Namespace) -> int:
    name = arguments.channel
    with writing(config.store.path) as db:
        _known_channel(config, channels(db), name)
        done = resume(db, name, utc_now())
    if done.was == "open":
        say(f"channel {name}: is open; {count(done.waiting, 'delivery')} {'waits' if done.waiting == 1 else 'wait'}")
    else:
        due = f"{count(done.waiting, 'delivery')} {'is' if done.waiting == 1 else 'are'} due"
        why = f": {one_line(done.reason)}" if done.reason else ""
        say(f"channel {name}: open again (was {done.was}{why}); {due}")
    return 0


def _move(config: Config, arguments: argparse.Namespace) -> int:
    old, new = arguments.channel, arguments.other
    if new not in config.channels:
        raise StoreError(f"channel {new}: is not configured{did_you_mean(new, list(config.channels))}")
    if old == new:
        raise StoreError(f"channel {old}: that is where it waits already")
    with writing(config.store.path) as db:
        _known_channel(config, channels(db), old)
        recipients = config.channels[new].channel.recipients()
        moved = move_deliveries(db, old, new, recipients, author_of(arguments))
    say(f"channel {old}: {_were(moved)} moved to {new}, due now")
    return 0


def _drop(config: Config, arguments: argparse.Namespace) -> int:
    if not arguments.reason.strip():
        say("deliveries drop: say why with --reason; it stays with each delivery")
        return USAGE
    with writing(config.store.path) as db:
        _known_channel(config, channels(db), arguments.channel)
        dropped = drop_deliveries(db, arguments.channel, author_of(arguments))
    say(f"channel {arguments.channel}: {_were(dropped)} dropped; the reason stays with each")
    return 0


def _were(number: int) -> str:
    return f"{count(number, 'delivery')} {'was' if number == 1 else 'were'}"


def _known_channel(config: Config, stored: list[str], channel: str) -> None:
    names = {*config.channels, *stored}
    if channel not in names:
        raise StoreError(f"channel {channel}: not known{did_you_mean(channel, names)}")


def _line(each: ListedDelivery) -> str:
    state = f"due {_minute(each.due)}" if each.state == "due" else each.state
    reason = f"  {one_line(each.reason)}" if each.reason else ""
    tries = count(each.attempts, "attempt") + (f", retried {count(each.retries, 'time')}" if each.retries else "")
    recipient = f" to {one_line(each.recipient)}" if each.recipient else ""
    return f"{_minute(each.created)}  {each.id}  {each.channel}{recipient}  {state}  {tries}  {each.occasion}{reason}"


def _as_json(each: ListedDelivery) -> dict[str, object]:
    return {
        "id": each.id,
        "occasion": each.occasion,
        "channel": each.channel,
        "recipient": each.recipient,
        "state": each.state,
        "due": each.due.isoformat(),
        "attempts": each.attempts,
        "retries": each.retries,
        "created": each.created.isoformat(),
        "finished": each.finished.isoformat() if each.finished else None,
        "reason": each.reason,
        "number": each.number,
    }


def _whole(found: ShownDelivery) -> str:
    each = found.delivery
    recipient = f" to {one_line(each.recipient)}" if each.recipient else ""
    lines = [
        f"delivery  {each.id}",
        f"occasion  {each.occasion} ({found.kind})" + (f"; why: watcher why {found.alert}" if found.alert else ""),
        f"way       {each.channel}{recipient}",
        f"state     {each.state}" + (f", {one_line(each.reason)}" if each.reason else ""),
        f"created   {_second(each.created)}",
    ]
    if each.state == "due":
        lines.append(f"due       {_second(each.due)}")
    if each.finished is not None:
        lines.append(f"finished  {_second(each.finished)}")
    if each.retries:
        lines.append(f"retried   {count(each.retries, 'time')} by hand")
    lines += ["", "attempts:" if found.attempts else "no attempt yet"]
    for tried in found.attempts:
        lines.append(f"  {tried.number}. {_second(tried.started)}  {tried.result}: {one_line(tried.reason) or '-'}")
        if tried.answer:
            lines.append(f"     answer: {one_line(tried.answer)}")
    if found.rendered is not None:
        lines += ["", "words:", plain_safe(found.rendered)]
    return "\n".join(lines)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _second(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
