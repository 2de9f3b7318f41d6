"""`watcher once` with commits that don't wait for the disk: the control run that the power-cut test must fail.

Never part of the product: it exists to show that the test would notice.
"""

from __future__ import annotations

import sys

from watcher.cli import main
from watcher.stores.sqlite import connection

if __name__ == "__main__":
    connection.SYNCHRONOUS = "normal"
    sys.exit(main(sys.argv[1:]))
