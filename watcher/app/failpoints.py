"""Failpoints: places where a test may kill the process, named in the environment; nothing in normal life."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping

VARIABLE = "WATCHER_FAILPOINT"


def hook(environ: Mapping[str, str]) -> Callable[[str], None]:
    """A hook that kills the process (SIGKILL) at the place named by `WATCHER_FAILPOINT=name` or `name:n`-th pass."""
    wanted, _, nth = environ.get(VARIABLE, "").partition(":")
    if not wanted:
        return lambda _place: None
    passes: Counter[str] = Counter()
    stop_at = int(nth or "1")

    def pass_by(place: str) -> None:
        passes[place] += 1
        if place == wanted and passes[place] == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
