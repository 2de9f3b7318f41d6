"""The process that lends its loop to apprise: one message from standard input, what came of it to standard output.

It runs as a file of its own and imports nothing of watcher, so that it starts fast and shares no state.
"""

from __future__ import annotations

import json
import logging
import sys

import apprise

WORDS = 20


class _Said(logging.Handler):
    """Keeps what the library's log says, from warnings on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())


def main() -> None:
    """Send the one message that stands on standard input."""
    asked = json.load(sys.stdin)
    answer = sys.stdout
    sys.stdout = sys.stderr  # what a service prints is not our answer
    result, text = send(asked["url"], asked["title"], asked["text"])
    json.dump({"result": result, "text": text}, answer)
    answer.flush()


def send(url: str, title: str, text: str) -> tuple[str, str]:
    """taken, refused or unusable, and why."""
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    logger.propagate = False
    ways = apprise.Apprise()
    if not ways.add(url):
        return "unusable", "; ".join(said.lines[:WORDS]) or "no address that apprise knows"
    for way in ways:
        way.overflow_mode = apprise.OverflowMode.SPLIT  # what is too long for the service goes in parts
    taken = ways.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
    return ("taken" if taken else "refused"), "; ".join(said.lines[:WORDS])


if __name__ == "__main__":
    main()
