"""watcher: schedule -> source -> fetch -> parse -> identity -> article -> story -> rules -> alert -> route -> message -> outbox -> channel -> history."""

from __future__ import annotations

__version__ = "0.1.0"
