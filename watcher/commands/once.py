"""`watcher once`: one pass of everything due, then exit."""

from __future__ import annotations

import argparse
import os

from watcher.app.daemon import opened
from watcher.app.loading import Loaded
from watcher.commands.opening import CONFIGURATION, alone, loaded, say
from watcher.render.moments import count


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none of its own."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Poll, judge, deliver and issue what is due."""
    found = loaded(arguments)
    if found is None:
        return CONFIGURATION
    return alone(found, lambda: _once(found))


async def _once(found: Loaded) -> None:
    async with opened(found.config.path, os.environ, found) as daemon:
        await daemon.once()
        progress = daemon.engine.progress
        notes = ((progress.failed, "failed"), (progress.doubted, "read in part"))
        noted = ", ".join(f"{number} {what}" for number, what in notes if number)
        failed = f" ({noted}: watcher status)" if noted else ""
        done = f"{progress.new} new, {count(progress.told, 'alert')} told, {count(progress.sent, 'message')} sent"
        say(f"{progress.polls} polled{failed}, {done}")
