"""What most commands begin with: find and load the configuration, say its problems, open the database."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from pathlib import Path

from watcher.app.daemon import utc_now
from watcher.app.loading import Loaded, load
from watcher.app.lock import AlreadyRunning, only_one
from watcher.config import Config, data_dir, default_config_paths, find_config, load_config, store_alone
from watcher.core.errors import Problem, StoreUnready, WatcherError
from watcher.core.text.spelling import did_you_mean
from watcher.core.values import parse_duration, parse_time
from watcher.render.catalogues import languages
from watcher.render.languages import language_folders
from watcher.render.moments import count
from watcher.telemetry import set_up_logging

FINDINGS, UNREADY, ALREADY_RUNNING, CONFIGURATION = 1, 74, 75, 78
TRIED_OTHERWISE = "examples with row: or points: try a rule on tables or series, time lines any (watcher test)"
"""How rules are tried that judge no articles."""


def known_language(language: str | None, templates: Path | None) -> bool:
    """Whether messages can be worded in a language; if not, with a word to the user. None: nobody asked for one."""
    known = {*languages(data_dir() / "templates", templates), *(each.name for each in language_folders(templates))}
    if language is None or language in known:
        return True
    hint = did_you_mean(language, known) or f"; known: {', '.join(sorted(known))}"
    say(f'no words in language "{language}"{hint}')
    return False


def config_path(arguments: argparse.Namespace) -> Path | None:
    """The configuration file that the command works on; None, with a word to the user, if there is none."""
    if arguments.config:
        return Path(arguments.config)
    found = find_config(os.environ)
    if found is None:
        tried = ", ".join(str(path) for path in default_config_paths(os.environ))
        say(f"no configuration found (looked for {tried}); make one with: watcher init")
    return found


def configured(arguments: argparse.Namespace) -> Config | None:
    """The configuration alone, its problems printed; None if it has errors."""
    path = config_path(arguments)
    if path is None:
        return None
    config, problems = load_config(path, os.environ)
    print_problems(problem for problem in problems if config is None)
    return config


def readable(arguments: argparse.Namespace) -> tuple[Config, bool] | None:
    """The configuration for a command that only reads the database, and whether it is whole; problems printed.

    The daemon goes on with its older configuration while the file has mistakes: what it does must be seen all the same.
    """
    path = config_path(arguments)
    if path is None:
        return None
    config, problems = load_config(path, os.environ)
    if config is not None:
        return config, True
    errors = print_problems(problem for problem in problems if problem.level == "error")
    config = store_alone(path, os.environ)
    if config is None:
        return None
    say(
        f"{count(errors, 'mistake')} in {path}; only its store is read: what is stored is shown, not what is configured"
    )
    return config, False


def loaded(arguments: argparse.Namespace, *, warnings: bool = True, examples: bool = True) -> Loaded | None:
    """Configuration, rules and templates, problems printed; None if there are errors.

    Commands that answer a question leave the `warnings` to `watcher check`, and one that is asked why an example fails,
    the `examples` too.
    """
    path = config_path(arguments)
    if path is None:
        return None
    found, problems = load(path, os.environ, utc_now(), examples=examples)
    print_problems(problem for problem in problems if warnings or problem.level == "error")
    return found


def alone(found: Loaded, work: Callable[[], Coroutine[None, None, None]]) -> int:
    """Do what only one process at a time may do on a database; returns the exit code."""
    set_up_logging(level=found.config.log.level, form=found.config.log.format)
    try:
        with only_one(found.config.store.path):
            asyncio.run(work())
    except AlreadyRunning as error:
        say(str(error))
        return ALREADY_RUNNING
    except StoreUnready as error:  # a service manager is to start it again: a full disk may be emptied meanwhile
        say(str(error))
        return UNREADY
    except WatcherError as error:
        say(str(error))
        return CONFIGURATION
    return 0


def since_of(text: str | None, now: datetime) -> datetime | None:
    """The moment that a date, a time or a duration back from now names; None for none. Raises ValueError."""
    if text is None:
        return None
    if text[:4].isdigit() and text[4:5] == "-":
        return parse_time(text)
    return now - parse_duration(text)


def print_problems(problems: Iterable[Problem]) -> int:
    """Print problems to standard error; returns how many are errors."""
    errors = 0
    for problem in problems:
        errors += problem.level == "error"
        say(str(problem))
    return errors


def say(text: str) -> None:
    """A line to standard error."""
    print(text, file=sys.stderr)
