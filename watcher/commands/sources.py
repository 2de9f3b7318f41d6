"""`watcher sources`: list sources with what is stored of them, rename one's history, or forget it."""

from __future__ import annotations

import argparse

from watcher.app.daemon import utc_now
from watcher.app.paces import pace_words
from watcher.commands.opening import CONFIGURATION, FINDINGS, configured, say
from watcher.commands.status import failure_words, trouble_words
from watcher.config import Config
from watcher.core.errors import StoreError
from watcher.render.moments import count
from watcher.stores.sqlite.paces import paces
from watcher.stores.sqlite.renaming import forget_articles, forget_state, forgettable, rename
from watcher.stores.sqlite.sessions import reading, writing
from watcher.stores.sqlite.status import SourceStatus, status

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Its own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="list")
    actions.add_parser("list", help="every source, configured or stored (the default)")
    renames = actions.add_parser("rename", help="give a source's history to its new name, after watcher.yaml has it")
    renames.add_argument("old", metavar="OLD")
    renames.add_argument("new", metavar="NEW")
    forgets = actions.add_parser("forget", help="drop what is stored of a source, but for what people were told of")
    forgets.add_argument("source", metavar="SOURCE")
    forgets.add_argument("--yes", action="store_true", help="really; without it, only say what would go")


def run(arguments: argparse.Namespace) -> int:
    """List, rename or forget."""
    config = configured(arguments)
    if config is None:
        return CONFIGURATION
    try:
        if arguments.action == "list":
            return _list(config)
        if arguments.action == "rename":
            return _rename(config, arguments.old, arguments.new)
        return _forget(config, arguments.source, really=arguments.yes)
    except StoreError as error:
        say(str(error))
        return FINDINGS


def _list(config: Config) -> int:
    with reading(config.store.path) as db:
        stored = {each.source: each for each in status(db).sources}
        learned, now = paces(db), utc_now()
    for name in sorted({*config.sources, *stored}):
        how = "" if name in config.sources else "  (not in the configuration)"
        source = next((each for id_, each in config.sources.items() if id_ == name), None)
        pace = "" if source is None else pace_words(config, source, learned, now)
        print(f"{name}  {_says(stored.get(name))}{f'; {pace}' if pace else ''}{how}")
    return 0


def _says(stored: SourceStatus | None) -> str:
    if stored is None:
        return "nothing stored yet"
    if stored.gone is not None:
        return f"gone since {stored.gone:%Y-%m-%d %H:%M} UTC"
    answered = f"last good answer {stored.last_ok:%Y-%m-%d %H:%M} UTC" if stored.last_ok else "no good answer yet"
    return f"{answered}{failure_words(stored)}{trouble_words(stored)}"


def _rename(config: Config, old: str, new: str) -> int:
    with writing(config.store.path) as db:
        articles = rename(db, old, new)
    say(f"source {old}: is {new} now, with {count(articles, 'article')}; ids stay as they were")
    if new not in config.sources:
        say(f"source {new}: is not in {config.path.name} yet; put it there, or the next poll will not be of it")
    return 0


def _forget(config: Config, source: str, *, really: bool) -> int:
    path = config.store.path
    with reading(path) as db:
        found = forgettable(db, source)
    going = found.articles - found.held
    if not really:
        held = f"; {_told(found.held)}" if found.held else ""
        drops = f"its keys, its state and {count(going, 'article')}"
        say(f"source {source}: {drops} would be forgotten{held}; do it with --yes")
        return USAGE
    # In batches, so that a running daemon never waits long; asked again after a crash, it goes on.
    while True:
        with writing(path) as db:
            if forget_articles(db, source) == 0:
                forget_state(db, source, utc_now(), again=source in config.sources)
                break
    say(f"source {source}: forgotten, with {count(going, 'article')}; {_told(found.held)}")
    return 0


def _told(held: int) -> str:
    return f"{count(held, 'article')} that people were told of {'stays' if held == 1 else 'stay'}"
