"""`watcher demo`: the whole job within a minute, on this machine alone; it ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shlex
import shutil
import sys
from pathlib import Path

from watcher.commands.opening import say
from watcher.core.errors import WatcherError
from watcher.demo.folder import made_folder
from watcher.demo.report import report
from watcher.demo.stage import Interrupted, play
from watcher.telemetry import set_up_logging

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def arguments(parser: argparse.ArgumentParser) -> None:
    """The folder."""
    parser.add_argument(
        "--folder",
        metavar="FOLDER",
        help="a new or empty folder for everything that is written (default: a new watcher-demo-... here)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Play the demo and tell its story; 1 if anything in it went wrong."""
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Chinese must not end the demo
    try:
        folder = made_folder(arguments.folder)
    except WatcherError as error:
        say(str(error))
        return USAGE
    with (folder / "watcher.log").open("ab", buffering=0) as sink:
        set_up_logging(sink=sink)
        try:
            return _played(folder)
        finally:
            set_up_logging(level="error")


def _called() -> str:
    """How watcher can be called here: by its name if that is found, else by where it lies (as after `make run`)."""
    own = Path(sys.argv[0])
    return "watcher" if own.name != "watcher" or shutil.which("watcher") else shlex.quote(str(own.absolute()))


def _played(folder: Path) -> int:
    try:
        _show(f"watcher demo: invented news on a newswire of our own; everything is written to {folder}")
        done = asyncio.run(play(folder, _show))
        _show(report(done, bold=_on_terminal(), command=_called()))
    except BrokenPipeError:
        raise  # nobody reads on: the command line ends quietly
    except Interrupted:
        say(f"stopped; what was written so far is in {folder}")
        return INTERRUPTED
    except (WatcherError, OSError) as error:
        say(f"demo failed: {error}")
        say(f"the log: {folder / 'watcher.log'}")
        return FAILED
    faults = done.faults()
    for fault in faults:
        say(f"demo failed: {fault} (the log: {folder / 'watcher.log'})")
    return FAILED if faults else 0


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _show(text: str) -> None:
    """A line to standard output, at once; nothing where there is none."""
    if sys.stdout is None:
        return
    with contextlib.suppress(UnicodeError):
        print(text, flush=True)
