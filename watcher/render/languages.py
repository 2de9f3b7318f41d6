"""The user's templates by language: `templates/de/` lies over `templates/` for readers of German, file by file.

Never speaks for a language that has no folder: its readers get what all others get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.core.errors import Problem
from watcher.core.text.languages import is_language
from watcher.render.overrides import Overrides, check_templates, read_overrides


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The templates for everybody, and those of each language with these beneath them."""

    common: Overrides
    own: Mapping[str, Overrides]

    def serving(self, language: str | None) -> tuple[Overrides, ...]:
        """What is tried for a reader of that language, the best first."""
        own = self.own.get(language) if language is not None else None
        return (self.common,) if own is None else (own, self.common)


def read_languages(folder: Path | None) -> Languages:
    """The templates of a folder and of the folders of languages in it."""
    common = read_overrides(folder)
    found = {}
    for path in language_folders(folder):
        own = read_overrides(path)
        if own.sources or own.problems:
            found[path.name] = Overrides(sources={**common.sources, **own.sources}, problems=own.problems)
    return Languages(common=common, own=found)


def language_folders(folder: Path | None) -> tuple[Path, ...]:
    """The folders named by a language's code; one that a link leads out to is none."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and is_language(path.name) and path.resolve().parent == folder.resolve()
    )


def check_languages(
    folder: Path | None, shipped: Mapping[str, str], samples: Mapping[str, Mapping[str, object]]
) -> tuple[Problem, ...]:
    """Every mistake in the user's templates, those of each language with the common ones beneath them."""
    common = read_overrides(folder)
    beneath = {**shipped, **common.sources}
    found = [*check_templates(folder, shipped, samples)]
    for path in language_folders(folder):
        found += check_templates(path, beneath, samples)
    return tuple(found)
