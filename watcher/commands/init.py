"""`watcher init`: writes the commented starter configuration; never overwrites one unasked."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from watcher.commands.opening import FINDINGS, say
from watcher.config.catalogue import Preset, catalogue
from watcher.config.picking import list_lines, needs_of, picked, sources_text
from watcher.config.places import NAME, data_dir
from watcher.config.starter import starter_text

USAGE = 2
_MODE = 0o600


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, whether over what is there, and with which sources."""
    parser.add_argument("--path", metavar="FILE", help=f"the file to write (default: --config, else ./{NAME})")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--pick",
        metavar="WORDS",
        nargs="?",
        const="",
        help="sources of the catalogue: names, regions, jobs, joined by commas; list shows them; alone it asks",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write it, readable by its owner only, and say how to go on."""
    path = Path(arguments.path or arguments.config or NAME)
    chosen: tuple[Preset, ...] = ()
    if arguments.pick is not None:
        presets = catalogue(data_dir())
        if arguments.pick == "list":
            print("\n".join(list_lines(presets)).lstrip())
            return 0
        try:
            chosen = picked(arguments.pick or _asked(presets), presets)
        except (ValueError, EOFError) as error:
            say(f"init: {error or 'nothing was chosen'}")
            return USAGE
        if not chosen:
            say("init: nothing was chosen")
            return USAGE
    return _write(path, arguments, chosen)


def _asked(presets: Sequence[Preset]) -> str:
    """What the user answers to the list. Raises: ValueError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise ValueError("--pick alone asks at a terminal; name sources, such as --pick china,meti (list shows all)")
    print("\n".join(list_lines(presets)).lstrip())
    return input("\nnumbers, names, regions or jobs; all takes all that need nothing\n> ")


def _write(path: Path, arguments: argparse.Namespace, chosen: Sequence[Preset]) -> int:
    text = starter_text(sources_text(chosen, os.environ)) if chosen else starter_text()
    try:
        if arguments.force:
            _replace(path, text)
        else:
            _make(path, text)
    except FileExistsError:
        say(f"init: {path} is there already; --force writes over it, --path FILE writes elsewhere")
        return FINDINGS
    except OSError as error:
        say(f"init: {path} cannot be written: {error.strerror or error}; its folder must exist and be writable")
        return FINDINGS
    named = "" if path == Path(NAME) else f" --config {path}"
    what = f"{len(chosen)} chosen sources" if chosen else "live sources"
    live = (each.name for each in chosen if all(os.environ.get(key) for key in each.keys))
    one = next(live, "NAME") if chosen else "bis"
    print(f"wrote {path}: {what}, one channel (your screen), one digest; put your own address at operator.contact")
    for each in chosen:
        if needs := needs_of(each):
            print(f"  {each.name}: {needs}")
    print("next:")
    wide = len(f"check {one}")
    print(f"  watcher{named} {'check':<{wide}}  every mistake in it, if there is any")
    print(f"  watcher{named} check {one}  fetch one source now and see what it lists; nothing is stored")
    print(f"  watcher{named} {'run':<{wide}}  watch; what sources list at first is imported, what comes after is told")
    return 0


def _make(path: Path, text: str) -> None:
    """Write a file that must not be there yet."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="utf-8") as file:
        file.write(text)


def _replace(path: Path, text: str) -> None:
    """Put the whole file in the old one's place, so that a full disk leaves the old one."""
    number, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
