"""What a press on a link does to an alert: one call of the life cycle for each; it decides nothing."""

from __future__ import annotations

from datetime import datetime

from watcher.core.telling.actions import Ticket
from watcher.pipeline.telling.lifecycle import Deed, acknowledge, mute_story, not_relevant, snooze, undo
from watcher.stores.base import Turn

_HOW = "link"


class LinkDeeds:
    """Carries out what links ask for; contract: `watcher.app.desk.Deeds`."""

    def do(self, turn: Turn, asked: Ticket, now: datetime, until: datetime) -> Deed | None:
        """Do it, until then where it ends by itself; None if there is no such alert."""
        match asked.action:
            case "acknowledge":
                return acknowledge(turn, asked.of, asked.who, now, _HOW)
            case "snooze" | "tomorrow":
                return snooze(turn, asked.of, asked.who, now, _HOW, until=until)
            case "mute":
                return mute_story(turn, asked.of, asked.who, now, _HOW, until=until)
            case "not_relevant":
                return not_relevant(turn, asked.of, asked.who, now, _HOW)
            case _:
                return None

    def undo(self, turn: Turn, number: int, who: str, now: datetime) -> None:
        """Take it back."""
        undo(turn, number, who, now, _HOW)
