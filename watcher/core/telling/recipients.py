"""Who is told, by name: where, in which zone and language, and how often; it never asks what there is to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from watcher.core.model import Severity
from watcher.core.schedules import Schedule

MARK: Final = "@"
"""What a recipient's name begins with where channels are named: no channel's does."""
_COLLECTS: Final = "to:"
"""What the id of the round-up of one recipient begins with: no digest's does."""

Hearing = Literal["now", "collected", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient. `ways` are (channel, address); a `schedule` of None: at once.

    What is less severe than `least` is not told; what is as severe as `passes` is told at once whatever the schedule.
    `volume` is the configuration's word for how often, `length` how long round-ups are, where it says so.
    """

    name: str
    ways: tuple[tuple[str, str], ...]
    zone: str
    language: str | None = None
    volume: str = "at_once"
    schedule: Schedule | None = None
    passes: Severity | None = None
    least: Severity = Severity.NOTICE
    length: Literal["full", "short"] | None = None

    @property
    def marked(self) -> str:
        """The name as it stands among channels."""
        return MARK + self.name

    @property
    def round_up(self) -> str:
        """The id of the round-up in which is collected what is not told at once."""
        return round_up_of(self.name)

    def hears(self, severity: Severity) -> Hearing:
        """What becomes of an alert of that severity."""
        if severity.rank < self.least.rank:
            return "never"
        if self.schedule is None or (self.passes is not None and severity.rank >= self.passes.rank):
            return "now"
        return "collected"


def reader_at(recipients: Iterable[Recipient], channel: str, address: str) -> Recipient | None:
    """The recipient who is told at that address, if it has a name."""
    return next((each for each in recipients if (channel, address) in each.ways), None)


def told_in(reader: Recipient | None, of_channel: str | None, of_all: str) -> str:
    """The language that somebody is told in: their own, else the channel's, else that of all."""
    return (None if reader is None else reader.language) or of_channel or of_all


def round_up_of(name: str) -> str:
    """The id of a recipient's own round-up."""
    return _COLLECTS + name


def recipient_of(round_up: str) -> str | None:
    """The name of the recipient whose round-up has that id; None for a digest."""
    return round_up.removeprefix(_COLLECTS) if round_up.startswith(_COLLECTS) else None
