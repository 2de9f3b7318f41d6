"""Whether this machine can show pages as a browser does, and with which; it looks, and starts nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec

SETTING = "WATCHER_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium(environ: Mapping[str, str]) -> str | None:
    """The path of a Chromium: what the environment names, else the first of its usual names that is found."""
    named = environ.get(SETTING)
    path = environ.get("PATH")
    if named:
        return shutil.which(named, path=path)
    return next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)


def missing(environ: Mapping[str, str], *, driver: str = "playwright") -> str | None:
    """What has to be installed first, in words; None if nothing has."""
    if find_spec(driver) is None:
        return 'no browser can be run: install what does it: pip install "event-watcher[browser]"'
    if chromium(environ) is None:
        named = environ.get(SETTING)
        if named:
            return f"no browser to run: {SETTING} names {named[:80]}, which is no program"
        return f"no browser to run: install Chromium (Debian: apt install chromium), or name it by {SETTING}"
    return None
