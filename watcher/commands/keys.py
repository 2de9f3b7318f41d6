"""`watcher keys`: what links are signed with; rotate them. Secrets are never printed."""

from __future__ import annotations

import argparse

from watcher.app.daemon import utc_now
from watcher.app.keys import new_key
from watcher.commands.opening import CONFIGURATION, FINDINGS, readable, say
from watcher.core.errors import StoreError
from watcher.stores.sqlite import SqliteTurn
from watcher.stores.sqlite.sessions import snapshot, writing


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with them."""
    parser.add_argument("action", nargs="?", choices=("list", "rotate"), default="list", help="default: list")
    parser.add_argument(
        "--now", action="store_true", help="with rotate: forget the old keys, so that no link given out opens anything"
    )
    parser.epilog = "After a rotation links made before hold until they run out; addresses until they are revoked."


def run(arguments: argparse.Namespace) -> int:
    """List or rotate keys."""
    found = readable(arguments)
    if found is None:
        return CONFIGURATION
    path = found[0].store.path
    try:
        if arguments.action == "rotate":
            with writing(path) as db:
                links = SqliteTurn(db).links
                if arguments.now:
                    links.drop_keys([key.id for key in links.signing_keys()])
                links.add_key(new_key(utc_now()))
        with snapshot(path) as turn:
            keys = turn.links.signing_keys()
    except StoreError as error:
        say(f"keys: {error}")
        return FINDINGS
    for key in keys:
        state = "signs" if key.retired is None else f"retired {key.retired:%Y-%m-%d %H:%M} UTC"
        print(f"{key.id}  made {key.created:%Y-%m-%d %H:%M} UTC  {state}")
    if not keys:
        print("no key yet; one is made when the daemon starts with listen.public_url")
    return 0
