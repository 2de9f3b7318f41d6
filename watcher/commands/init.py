"""`watcher init`: writes the commented starter configuration; never overwrites one unasked."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from watcher.commands.opening import FINDINGS, say
from watcher.config.places import NAME
from watcher.config.starter import starter_text

_MODE = 0o600


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and whether over what is there."""
    parser.add_argument("--path", metavar="FILE", help=f"the file to write (default: --config, else ./{NAME})")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def run(arguments: argparse.Namespace) -> int:
    """Write it, readable by its owner only, and say how to go on."""
    path = Path(arguments.path or arguments.config or NAME)
    try:
        if arguments.force:
            _replace(path)
        else:
            _make(path)
    except FileExistsError:
        say(f"init: {path} is there already; --force writes over it, --path FILE writes elsewhere")
        return FINDINGS
    except OSError as error:
        say(f"init: {path} cannot be written: {error.strerror or error}; its folder must exist and be writable")
        return FINDINGS
    named = "" if path == Path(NAME) else f" --config {path}"
    print(
        f"wrote {path}: live sources, one channel (your screen), one digest; put your own address at operator.contact"
    )
    print("next:")
    print(f"  watcher{named} check        every mistake in it, if there is any")
    print(f"  watcher{named} check bis    fetch one source now and see what it lists; nothing is stored")
    print(f"  watcher{named} run          watch; what sources list at first is imported, what comes after is told")
    return 0


def _make(path: Path) -> None:
    """Write a file that must not be there yet."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="utf-8") as file:
        file.write(starter_text())


def _replace(path: Path) -> None:
    """Put the whole file in the old one's place, so that a full disk leaves the old one."""
    number, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(starter_text())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
