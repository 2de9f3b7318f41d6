"""`watcher run`: the daemon, from the configuration to its exit code; everything it does is wired in `watcher.app`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from watcher.app.daemon import Daemon, opened
from watcher.app.deeds import LinkDeeds
from watcher.app.desk import Desk, Reception
from watcher.app.inboxes import Inboxes
from watcher.app.leaving import Leaving
from watcher.app.library import Library
from watcher.app.loading import Loaded
from watcher.commands.opening import CONFIGURATION, alone, loaded
from watcher.config.blocks import ListenConfig
from watcher.config.model import Config
from watcher.core.text.wording import Words
from watcher.render.pages import Pages
from watcher.stall import stall_guard
from watcher.systemd import Notifier
from watcher.web.application import LOOPBACK_HOSTS, application
from watcher.web.hubs import Hubs
from watcher.web.listen import serve
from watcher.web.pushes import Pushes
from watcher.web.routes import ways
from watcher.web.visits import Visits

_NAMED = 6
"""So many sources the first screen names; the rest it counts."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none of its own."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Watch until told to stop."""
    found = loaded(arguments)
    if found is None:
        return CONFIGURATION
    return alone(found, lambda: _watch(found))


async def _watch(found: Loaded) -> None:
    """Open all parts, answer beside the beat, and beat until SIGTERM or SIGINT."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(stall_guard())
        daemon = await stack.enter_async_context(opened(found.config.path, os.environ, found))
        where = None
        listen = found.config.listen
        if listen is not None:
            table = ways(daemon.health, _pushes(daemon, listen), Hubs(daemon.subscriber), _visits(daemon))
            app = application(table, hosts=_hosts(listen))
            port = await stack.enter_async_context(serve(app, host=listen.host, port=listen.port))
            host = f"[{listen.host}]" if ":" in listen.host else listen.host
            where = f"http://{host}:{port}/healthz"
        notifier = Notifier.from_environment(os.environ, pid=os.getpid())
        await daemon.run(notifier, greet=partial(_greet, found, where))


def _pushes(daemon: Daemon, listen: ListenConfig) -> Pushes | None:
    """The way in for pushes; there is none unless the configuration says by which address we are reached."""
    if listen.public_url is None:
        return None
    return Pushes(Inboxes(store=daemon.store, engine=daemon.engine, clock=daemon.clock))


def _visits(daemon: Daemon) -> Visits | None:
    """What is behind links; there is nothing unless the configuration says where they lead."""
    if daemon.loaded.runtime.links_at is None:
        return None

    def words(language: str | None) -> Words:
        """Those of the renderer of now: a reload makes a new one."""
        return daemon.engine.delivering.renderer.words(language)

    pages = Pages(daemon.loaded.templates, words=words)
    reception = Reception(store=daemon.store, runtime=lambda: daemon.engine.runtime, clock=daemon.clock, pages=pages)
    return Visits(
        reception=reception,
        desk=Desk(reception=reception, deeds=LinkDeeds()),
        leaving=Leaving(reception=reception),
        library=Library(reception=reception),
        pages=pages,
    )


def _hosts(listen: ListenConfig) -> frozenset[str]:
    """The names that we answer to: this machine's own, and the one by which readers reach us."""
    public = urlsplit(listen.public_url).hostname if listen.public_url else None
    return LOOPBACK_HOSTS | ({public} if public else set())


def _greet(found: Loaded, where: str | None, next_due: datetime | None) -> None:
    """The first screen, for who sits before it; a log file has no use for it."""
    if sys.stdout is None or not sys.stdout.isatty():
        return
    print(first_screen(found.config, len(found.runtime.rule_set.rules), where, next_due), flush=True)


def first_screen(config: Config, rules: int, where: str | None, next_due: datetime | None) -> str:
    """What is watched, where notices go, how to look and how to stop."""
    sources = [name for name, source in config.sources.items() if source.enabled]
    named = ", ".join(sources[:_NAMED]) + (f" and {len(sources) - _NAMED} more" if len(sources) > _NAMED else "")
    operator = config.routes.get(config.operator.route or "")
    notices = f"to {', '.join(operator.channels)} (route {operator.id})" if operator else "to nobody: operator.route"
    digests = ", ".join(f"{digest.id}: {digest.at} {digest.zone}" for digest in config.digests.values())
    lines = [
        f"watching       {_counted(len(sources), 'source')} with {_counted(rules, 'rule')}: {named or 'none'}",
        f"configuration  {config.path}",
        f"database       {config.store.path}",
        f"notices        {notices}",
        *([f"digests        {digests}"] if digests else []),
        *([f"health         {where}"] if where else []),
        *([f"next poll      {next_due:%Y-%m-%d %H:%M:%S} UTC"] if next_due else []),
        f"stop with Ctrl-C; read the configuration again with: kill -HUP {os.getpid()}",
        "",
    ]
    return "\n".join(lines)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
