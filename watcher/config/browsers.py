"""Whether pages that are to be shown in a browser can be: its driver and a Chromium are there; it starts neither."""

from __future__ import annotations

import os
from collections.abc import Mapping

from watcher.browse.places import missing
from watcher.config.expand import Steps
from watcher.config.sheet import Sheet
from watcher.core.yaml.strict import locate
from watcher.sources.base import SourceOptions
from watcher.sources.following import in_browser

NO_BROWSER, BARE_BROWSER = "C026", "C027"

_BARE = "run by root, the browser cannot lock itself in; run watcher as another user"


def check_browsers(sheet: Sheet, asking: Mapping[str, SourceOptions], environ: Mapping[str, str]) -> None:
    """Every source that wants a browser can have one."""
    places: list[Steps] = []
    for name, options in asking.items():
        if getattr(options, "browser", False):
            places.append(("sources", name, "browser"))
        if in_browser(options):
            places.append(("sources", name, "follow", "browser"))
    text = missing(environ) if places else None
    for path in places:
        if text is not None:
            sheet.note(NO_BROWSER, locate(sheet.root, path), path, text)
        elif os.geteuid() == 0:
            sheet.note(BARE_BROWSER, locate(sheet.root, path), path, _BARE, "warning")
