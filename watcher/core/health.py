"""How the daemon is: one verdict and its parts, as `/healthz` and `watcher status` say it; never how to find out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether everything that must make progress does.

    `parts` holds (name, fine, words) in the order they are shown; the words say what is wrong and hold no secret.
    `ok` may be true although a part is not, where that part heals by itself (a paused channel).
    """

    ok: bool
    parts: tuple[tuple[str, bool, str], ...]
