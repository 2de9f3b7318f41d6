"""`watcher once`: one pass of everything due, then exit."""

from __future__ import annotations

import argparse
import asyncio
import os

from watcher.app.daemon import opened
from watcher.app.loading import Loaded
from watcher.app.lock import AlreadyRunning, only_one
from watcher.commands.opening import CONFIGURATION, loaded, say
from watcher.core.errors import WatcherError
from watcher.telemetry import set_up_logging

ALREADY_RUNNING = 75


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none of its own."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Poll, judge, deliver and issue what is due."""
    found = loaded(arguments)
    if found is None:
        return CONFIGURATION
    set_up_logging(level=found.config.log.level, form=found.config.log.format)
    try:
        with only_one(found.config.store.path):
            return asyncio.run(_once(found))
    except AlreadyRunning as error:
        say(str(error))
        return ALREADY_RUNNING
    except WatcherError as error:
        say(str(error))
        return CONFIGURATION


async def _once(found: Loaded) -> int:
    async with opened(found.config.path, os.environ, found) as daemon:
        await daemon.once()
        progress = daemon.engine.progress
        failed = f" ({progress.failed} failed: watcher status)" if progress.failed else ""
        done = f"{progress.new} new, {progress.told} alerts told, {progress.sent} messages sent"
        say(f"{progress.polls} polled{failed}, {done}")
    return 0
