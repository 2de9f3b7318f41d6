"""A hash of the code that matches, so that a rule set's version changes when its meaning does; reads, never judges."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

PACKAGES = ("watcher.conditions", "watcher.core.requirements", "watcher.core.rules")
MODULES = tuple(f"text/{name}.py" for name in ("words", "following", "items", "plain", "inflection", "reading"))


@cache
def matching_code() -> str:
    """The short hash over the source of conditions, word matching and evaluation."""
    files = [
        path
        for package in PACKAGES
        for path in sorted(resources.files(package).iterdir(), key=lambda path: path.name)
        if path.name.endswith(".py")
    ]
    files += [resources.files("watcher.core") / name for name in MODULES]
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:12]
