"""`watcher links`: addresses at which somebody reads feeds, dates and issues: give one out, list them, revoke one."""

from __future__ import annotations

import argparse
import re
from typing import cast

from watcher.app.daemon import utc_now
from watcher.app.keys import addresses, new_key, new_subscription
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.config.links import links_at
from watcher.config.model import Config
from watcher.core.errors import StoreError
from watcher.core.text.escapes import one_line
from watcher.core.text.spelling import did_you_mean
from watcher.pipeline.telling.linking import ensure_key
from watcher.stores.links import Subscription, SubscriptionKind
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot, writing

USAGE = 2
_MOST = 1_000
_LONGEST = 100
_DASHED = re.compile(r"-[A-Za-z0-9_-]{11}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to give out."""
    parser.add_argument(
        "action", nargs="?", choices=("list", "feed", "ics", "archive", "revoke"), default="list", help="default: list"
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="with revoke: the address, as the list names it")
    parser.add_argument("--of", metavar="LIST", default="", help="route:NAME or digest:NAME; without it, all of it")
    parser.add_argument("--for", metavar="WHO", dest="who", default="", help="whom it is for, in your words")
    parser.epilog = "Whoever knows an address reads what it shows, until it is revoked."


def spelled(words: list[str]) -> list[str]:
    """The words with an id that begins with a dash behind `--`: ids of older addresses may, and read as options."""
    at = words.index("revoke") + 1 if "revoke" in words else len(words)
    if at < len(words) and _DASHED.fullmatch(words[at]):
        return [*words[:at], *words[at + 1 :], "--", words[at]]
    return words


def run(arguments: argparse.Namespace) -> int:
    """Give out, list or revoke."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    base = links_at(config.listen)
    if arguments.action in {"feed", "ics", "archive"}:
        fault = _fault(config, arguments.action, arguments.of, base)
        if fault:
            say(f"links: {fault}")
            return USAGE
    try:
        if arguments.action == "revoke":
            return _revoke(config, arguments.id)
        if arguments.action != "list":
            return _give(config, arguments, base or "")
        return _list(config, base)
    except StoreError as error:
        say(f"links: {error}")
        return FINDINGS


def _fault(config: Config, kind: str, of: str, base: str | None) -> str:
    """Why such an address can't be given out; empty if it can."""
    if base is None:
        return "nobody can read us: set listen.public_url to the https address by which readers reach us"
    sort, colon, name = of.partition(":")
    lists = {"route": tuple(config.routes), "digest": tuple(config.digests)}
    if not of:
        return ""
    if kind == "ics" or (kind == "archive" and sort != "digest"):
        return "--of: an archive takes digest:NAME, dates are those of all sources"
    if not colon or sort not in lists:
        return f'--of "{one_line(of)}": write route:NAME or digest:NAME'
    if name not in lists[sort]:
        return f'--of: there is no {sort} "{one_line(name)}"{did_you_mean(name, lists[sort])}'
    return ""


def _give(config: Config, arguments: argparse.Namespace, base: str) -> int:
    now = utc_now()
    who = one_line(arguments.who)[:_LONGEST] or "whoever has it"
    made = new_subscription(cast("SubscriptionKind", arguments.action), arguments.of, who, now)
    with writing(config.store.path) as db:
        turn = SqliteTurn(db)
        ensure_key(turn, new_key(now))
        turn.links.subscribe(made)
        print("\n".join(addresses(turn, made, base)))
    say(f"{_words(made)}; take it back with: watcher links revoke {made.id}")
    return 0


def _list(config: Config, base: str | None) -> int:
    with snapshot(config.store.path) as turn:
        for each in turn.links.subscriptions(_MOST):
            print(_words(each))
            if base is not None and each.revoked is None:
                for address in addresses(turn, each, base):
                    print(f"    {address}")
    if base is None:
        say("links: none of them is answered without an https listen.public_url")
    return 0


def _revoke(config: Config, id_: str | None) -> int:
    if not id_:
        say("links: revoke needs the ID that `watcher links` lists")
        return USAGE
    with writing(config.store.path) as db:
        revoked = SqliteTurn(db).links.revoke(id_, utc_now())
    if not revoked:
        say(f'links: no address "{one_line(id_)}" is answered; see: watcher links')
        return FINDINGS
    print(f"{one_line(id_)}: answered no more")
    return 0


def _words(one: Subscription) -> str:
    state = "" if one.revoked is None else f", revoked {one.revoked:%Y-%m-%d %H:%M} UTC"
    return f"{one.id}  {one.kind} of {one.of or 'everything'} for {one.who}, since {one.created:%Y-%m-%d}{state}"
