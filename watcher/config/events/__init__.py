"""Recogniser files: event types as data, with every mistake said at once; what they mean is `watcher.core.events`'s.

loading     all files together        types       one type's keys
lists       word lists, shared ones   gates       conditions on whole articles
examples    judged at load            heads       title and statuses of types, for people
"""

from __future__ import annotations

from watcher.config.events.heads import Head, read_heads
from watcher.config.events.loading import event_files, read_recogniser_files, read_recognisers

__all__ = ["Head", "event_files", "read_heads", "read_recogniser_files", "read_recognisers"]
