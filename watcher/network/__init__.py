"""The border: every socket that watcher opens to the outside is opened here, after its address was judged."""

from __future__ import annotations

import sys

# The command line of httpx, which takes three libraries for colours along where they are installed: 4 MiB that nobody
# here asks for. Without it the library has one that says so.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as the import system marks what is not to be had
