"""`watcher init`: writes a commented starter, and rules for a job; never overwrites anything unasked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from watcher.commands.opening import FINDINGS, say
from watcher.commands.placing import Standing, place
from watcher.config import jobs as kits
from watcher.config.catalogue import Preset, catalogue
from watcher.config.jobs import Job
from watcher.config.picking import list_lines, needs_of, picked, sources_text
from watcher.config.places import NAME, data_dir
from watcher.config.starter import starter_text

USAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, whether over what is there, with which sources, and for which jobs."""
    parser.add_argument("--path", metavar="FILE", help=f"the file to write (default: --config, else ./{NAME})")
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument(
        "--pick",
        metavar="WORDS",
        nargs="?",
        const="",
        help="sources of the catalogue: names, regions, jobs, joined by commas; list shows them; alone it asks",
    )
    parser.add_argument(
        "--job",
        metavar="NAMES",
        help="also rules for these jobs, as files of your own beside it; list shows them, all takes all",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write it, readable by its owner only, and say how to go on."""
    if arguments.job == "list":
        print("\n".join(kits.list_lines()))
        return 0
    if arguments.pick == "list":
        print("\n".join(list_lines(catalogue(data_dir()))).lstrip())
        return 0
    try:
        jobs = _jobs(arguments.job)
        chosen = _chosen(arguments.pick, jobs)
    except (ValueError, EOFError) as error:
        say(f"init: {error or 'nothing was chosen'}")
        return USAGE
    return _write(Path(arguments.path or arguments.config or NAME), arguments, chosen, jobs)


def _jobs(words: str | None) -> tuple[Job, ...]:
    """The jobs that are asked for. Raises: ValueError for a word that is none, or for no word."""
    if words is None:
        return ()
    jobs = kits.jobs_of(words)
    if not jobs:
        raise ValueError("--job names jobs, joined by commas; --job list shows them")
    return jobs


def _chosen(words: str | None, jobs: Sequence[Job]) -> tuple[Preset, ...]:
    """The presets that are asked for, else those that serve the jobs. Raises: ValueError for what means none."""
    served = " ".join(each.serves for each in jobs)
    if words is None and not served.strip():
        return ()
    presets = catalogue(data_dir())
    found = picked(served if words is None else words or _asked(presets), presets)
    if not found:
        raise ValueError("nothing was chosen")
    return found


def _asked(presets: Sequence[Preset]) -> str:
    """What the user answers to the list. Raises: ValueError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise ValueError("--pick alone asks at a terminal; name sources, such as --pick china,meti (list shows all)")
    print("\n".join(list_lines(presets)).lstrip())
    return input("\nnumbers, names, regions or jobs; all takes all that need nothing\n> ")


def _write(path: Path, arguments: argparse.Namespace, chosen: Sequence[Preset], jobs: Sequence[Job]) -> int:
    """Put the files in their places, all or none."""
    named_beside = {each.stands_for for each in jobs}
    chosen = tuple(each for each in chosen if each.name not in named_beside)
    text = starter_text(sources_text(chosen, os.environ), beside=kits.sources_beside(jobs), own_rules=bool(jobs))
    files = {path: text} | {path.parent / name: each for name, each in kits.rules_of(jobs, data_dir()).items()}
    try:
        place(files, over=arguments.force)
    except Standing as error:
        say(f"init: {error} is there already; --force writes over it, --path FILE writes elsewhere")
        return FINDINGS
    except OSError as error:
        where = error.filename if jobs and error.filename else path
        say(f"init: {where} cannot be written: {error.strerror or error}; its folder must exist and be writable")
        return FINDINGS
    _tell(path, chosen, jobs)
    return 0


def _tell(path: Path, chosen: Sequence[Preset], jobs: Sequence[Job]) -> None:
    """What was written, what is to be filled in, and how to go on."""
    named = "" if path == Path(NAME) else f" --config {path}"
    what = f"{len(chosen)} chosen sources" if chosen else "live sources"
    live = (each.name for each in chosen if all(os.environ.get(key) for key in each.keys))
    one = next(live, "NAME") if chosen else "bis"
    print(f"wrote {path}: {what}, one channel (your screen), one digest; put your own address at operator.contact")
    for each in chosen:
        if needs := needs_of(each):
            print(f"  {each.name}: {needs}")
    for job in jobs:
        print(f"wrote {path.parent / kits.FOLDER / job.name}.yaml: {job.about}")
        for name in job.mine:
            print(f"  fill in {name} at its top: what stands there is an example")
        if job.needs:
            print(f"  it reads {job.needs}; see sources: in {path}")
    print("next:")
    wide = len(f"check {one}")
    print(f"  watcher{named} {'check':<{wide}}  every mistake in it, if there is any")
    if jobs:
        print(
            f"  watcher{named} {'test':<{wide}}  the examples and time lines of the rules, after every change to them"
        )
    print(f"  watcher{named} check {one}  fetch one source now and see what it lists; nothing is stored")
    print(f"  watcher{named} {'run':<{wide}}  watch; what sources list at first is imported, what comes after is told")
