"""The errors that watcher raises; foreign errors are translated into these once, at the seam.

    WatcherError
    ├── ConfigError      a configuration, rule or list file is wrong; carries every Problem at once
    ├── FetchError       a document could not be had: source, reason, whether a retry can help
    ├── ParseError       a document could not be understood
    ├── RenderError      a template failed
    ├── DeliverError     a message could not even be tried (the channel's own setting is wrong)
    └── StoreError       the database refused
        ├── Conflict     a unique key was taken by somebody else
        ├── StoreUnready the disk is full or fails, or another program holds the database: try again later
        └── SchemaTooNew the database was written by a newer watcher

Expected turns (not modified, already seen, retry later) are values, never exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class WatcherError(Exception):
    """Base of all errors of watcher. The text says: what failed, which object, the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a file. `str()` gives `file:line:column level[code] text`.

    `line` and `column` count from 1; both are None when the whole file is meant.
    """

    file: str
    line: int | None
    column: int | None
    code: str
    text: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """The one-line form that `watcher check` prints."""
        place = self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"
        return f"{place} {self.level}[{self.code}] {self.text}"


class ConfigError(WatcherError):
    """A file of the user's is wrong. Holds all problems found, in order of place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FetchError(WatcherError):
    """A document could not be had. `retry` tells whether trying again can help.

    `came` names the sort of page that came in its place, as `core.watching.pages` tells them apart; empty for none.
    """

    def __init__(self, text: str, *, retry: bool = True, retry_after_s: float | None = None, came: str = "") -> None:
        super().__init__(text)
        self.retry = retry
        self.retry_after_s = retry_after_s
        self.came = came


class ParseError(WatcherError):
    """A fetched document could not be understood; the document is parked, the source goes on. `came` as above."""

    came: str = ""


class RenderError(WatcherError):
    """A template failed; the built-in one serves instead."""


class DeliverError(WatcherError):
    """A message could not be put into its channel's wire form."""


class StoreError(WatcherError):
    """The database refused a read or a write."""


class Conflict(StoreError):
    """A unique key was taken by somebody else."""


class StoreUnready(StoreError):
    """The database can't be used now: a full or failing disk, or a lock. It may heal, so trying again can help."""


class SchemaTooNew(StoreError):
    """The database was written by a newer watcher; nothing was touched."""
