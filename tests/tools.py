"""Tools of the machine that some tests need, found or skipped for, countably.

A skip for want of a tool says `no <tool>: ...`. `WATCHER_REQUIRE_TOOLS=1` turns every such skip for a tool listed here
into a failure, a list such as `strace,faketime` those for the tools named.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A tool may go by several names; the first that is found serves.
COMMANDS = {
    "strace": ("strace",),
    "faketime": ("faketime",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "openssl": ("openssl",),
    "dovecot": ("dovecot", "/usr/sbin/dovecot"),
}
REQUIRABLE = frozenset({*COMMANDS, "shared"})
_REASON = re.compile(r"(?:Skipped: )?no (?:\.\./)?([\w.-]+)[^:]*: ")


def tool(name: str) -> Path:
    """The path of a tool; skips where the machine has none."""
    found = next(filter(None, map(shutil.which, COMMANDS[name])), None)
    if found is None:
        wanting(name, f"install {COMMANDS[name][0]} to run this")
    return Path(found)


def shared_samples() -> Path:
    """The folder of shared samples beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        wanting("shared", "samples of the wild do not lie beside the checkout")
    return folder


def wanting(name: str, text: str) -> NoReturn:
    """Skip for want of something, in words that are counted and, if it is required, held against the machine."""
    pytest.skip(f"no {name}: {text}")


def wanted(reason: str) -> str | None:
    """The tool that a skip's reason names, in lower case; None if the skip has another reason."""
    found = _REASON.match(reason)
    return found[1].lower() if found else None


def required(setting: str) -> frozenset[str]:
    """The tools whose want is a failure, from the environment's setting; raises ValueError for an unknown one."""
    if setting in {"", "0"}:
        return frozenset()
    if setting == "1":
        return REQUIRABLE
    names = frozenset(name.strip() for name in setting.split(","))
    if not names <= REQUIRABLE:
        raise ValueError(f"WATCHER_REQUIRE_TOOLS: unknown {sorted(names - REQUIRABLE)}; known: {sorted(REQUIRABLE)}")
    return names


def summary(reasons: Iterable[str]) -> str:
    """The line about what was skipped for want of a tool: `skipped for want of a tool: 3 (strace 2, chromium 1)`."""
    counts = Counter(name for reason in reasons if (name := wanted(reason)))
    by_name = ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])))
    return f"skipped for want of a tool: {counts.total()}" + (f" ({by_name})" if by_name else "")
