"""`watcher recipients`: who gets what by which channel, and who unsubscribed; unsubscribe or resubscribe somebody."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Iterator

from watcher.app.daemon import utc_now
from watcher.app.renamed import called_otherwise
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.config.model import Config
from watcher.core.errors import StoreError
from watcher.core.telling.recipients import MARK
from watcher.core.text.escapes import one_line, plain_safe
from watcher.core.text.spelling import did_you_mean
from watcher.stores.links import Unsubscribed
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot, writing

USAGE = 2
_MOST = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to look at, and what to change."""
    parser.add_argument("--gone", action="store_true", help="only who unsubscribed from something")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--unsubscribe", metavar="WHO", help="send this address a list no more")
    change.add_argument("--resubscribe", metavar="WHO", help="send it again")
    change.add_argument(
        "--renamed", metavar=("OLD", "NEW"), nargs=2, help="whoever left list OLD is not sent list NEW either"
    )
    parser.add_argument("--list", metavar="LIST", default="", help="route:NAME or digest:NAME; without it, all of them")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace) -> int:
    """List, or change."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    try:
        if arguments.renamed:
            return _renamed(config, *arguments.renamed)
        who = arguments.unsubscribe or arguments.resubscribe
        if who:
            return _change(config, who, arguments.list, back=bool(arguments.resubscribe))
        gone = _gone(config)
    except StoreError as error:
        say(f"recipients: {error}")
        return FINDINGS
    left_by = {(each.recipient.lower(), each.list): each for each in gone}
    told = list(_rows(config))
    here = {(recipient.lower(), list_) for _, recipient, list_ in told}
    others = [(e.channel, e.recipient, e.list) for e in gone if (e.recipient.lower(), e.list) not in here]
    for channel, recipient, list_ in dict.fromkeys((*told, *others)):
        left = left_by.get((recipient.lower(), list_))
        if arguments.list not in {"", list_} or (arguments.gone and left is None):
            continue
        if arguments.json:
            print(_json(channel, recipient, list_, left))
        else:
            state = f"unsubscribed {left.since:%Y-%m-%d %H:%M} UTC {left.how}" if left is not None else "sent"
            print(f"{list_}  {channel}  {recipient or '(the channel)'}  {plain_safe(state)}")
    return 0


def _gone(config: Config) -> list[Unsubscribed]:
    """Who left a list; nobody before the first run has made a database."""
    if not config.store.path.exists():
        return []
    with snapshot(config.store.path) as turn:
        return turn.links.gone(_MOST)


def _rows(config: Config) -> Iterator[tuple[str, str, str]]:
    """(channel, address, list) of everybody who is configured to be told."""
    ways = (
        *((f"route:{route.id}", route.channels) for route in config.routes.values()),
        *((f"digest:{digest.id}", digest.channels) for digest in config.digests.values()),
        *((f"digest:{each.round_up}", (each.marked,)) for each in config.recipients.values() if each.schedule),
    )
    for list_, names in ways:
        for name in names:
            yield from ((channel, address, list_) for channel, address in _told(config, name))


def _told(config: Config, name: str) -> Iterator[tuple[str, str]]:
    """(channel, address) of a channel's own recipients, or of somebody who is told by name."""
    if name.startswith(MARK):
        found = config.recipients.get(name.removeprefix(MARK))
        yield from () if found is None else found.ways
    elif name in config.channels:
        yield from ((name, each) for each in config.channels[name].channel.recipients())


def _change(config: Config, who: str, list_: str, *, back: bool) -> int:
    """Write it down; 1 if it changes nothing."""
    now, how = utc_now(), f"by {_user()} on the command line"
    changed = []
    with writing(config.store.path) as db:
        links = SqliteTurn(db).links
        if back:
            left = [each for each in links.left(who).values() if list_ in {"", each.list}]
            changed += [(each.channel, each.list) for each in left if links.rejoin(who, each.list, now=now, how=how)]
        else:
            for channel, recipient, named in _rows(config):
                gone = Unsubscribed(channel=channel, recipient=recipient, list=named, since=now, how=how)
                if recipient.lower() == who.lower() and list_ in {"", named} and links.leave(gone):
                    changed.append((channel, named))
    for channel, named in changed:
        print(f"{named}  {channel}  {one_line(who)}  {'sent' if back else 'unsubscribed'}")
    if not changed:
        say(f'recipients: nothing to change for "{one_line(who)}"; see: watcher recipients')
        return FINDINGS
    return 0


def _renamed(config: Config, old: str, new: str) -> int:
    """Keep those who left a list away from another, and let its links lead there; 1 if that changes nothing."""
    lists = sorted({list_ for _, _, list_ in _rows(config)})
    if new not in lists:
        raise StoreError(f"{new}: no list that anybody is told by{did_you_mean(new, lists)}")
    with writing(config.store.path) as db:
        kept = called_otherwise(SqliteTurn(db), old, new, lists, utc_now())
    if kept is None:
        say(f"recipients: nobody left {one_line(old)} who gets {new}")
        return FINDINGS
    for each in kept:
        print(f"{new}  {each.channel}  {one_line(each.recipient)}  unsubscribed")
    if not kept:
        say(f"recipients: nobody had left {one_line(old)}; its links lead out of {new} from now on")
    return 0


def _json(channel: str, recipient: str, list_: str, left: Unsubscribed | None) -> str:
    found = {
        "list": list_,
        "channel": channel,
        "recipient": recipient,
        "unsubscribed": None if left is None else left.since.isoformat(),
        "how": None if left is None else left.how,
    }
    return json.dumps(found, ensure_ascii=False)


def _user() -> str:
    """Who is logged in; a service account may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
