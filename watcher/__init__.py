"""watcher turns what publishers say into what happened, and tells the right people once, in time, with proof.

    schedule -> source -> fetch -> parse -> identity -> article -> facts & events
             -> story -> matter -> rules -> alert -> route -> message -> outbox -> channel -> history

Read `watcher.pipeline` for the flow, `watcher.core` for the decisions, `watcher.app` for how it is put together.
"""

from __future__ import annotations

__version__ = "0.1.0"
